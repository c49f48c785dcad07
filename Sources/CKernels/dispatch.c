// Chooses the kernels for this processor.

#include "CKernels.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define DECLARE(variant) extern const kernel_table kernels_float_##variant, kernels_double_##variant;
DECLARE(baseline)
#if defined(__x86_64__)
DECLARE(avx2)
DECLARE(avx512)
#endif

static const kernel_table *choose(const kernel_table *const *tables, const int *available) {
  const char *forced = getenv("MINITRANSFORMER_KERNELS");
  for (int i = 0; tables[i]; i++)
    if (available[i] && (!forced || !*forced || !strcmp(forced, tables[i]->variant)))
      return tables[i];
  return 0;
}

#if defined(__x86_64__)
#define TABLES(type) {&kernels_##type##_avx512, &kernels_##type##_avx2, &kernels_##type##_baseline, 0}
static void detect(int available[3]) {
  __builtin_cpu_init();
  available[1] = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  available[0] = available[1] && __builtin_cpu_supports("avx512f") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512vl");
  available[2] = 1;
}
#else
#define TABLES(type) {&kernels_##type##_baseline, 0}
static void detect(int available[3]) { available[0] = 1; }
#endif

// The choice is made once; a race between two first callers makes it twice, alike.
#define CHOSEN(type)                                                                               \
  const kernel_table *kernels_##type(void) {                                                       \
    static const kernel_table *const tables[] = TABLES(type);                                      \
    static const kernel_table *_Atomic chosen;                                                     \
    const kernel_table *table = atomic_load_explicit(&chosen, memory_order_acquire);               \
    if (!table) {                                                                                  \
      int available[3];                                                                            \
      detect(available);                                                                           \
      table = choose(tables, available);                                                           \
      atomic_store_explicit(&chosen, table, memory_order_release);                                 \
    }                                                                                              \
    return table;                                                                                  \
  }
CHOSEN(float)
CHOSEN(double)

long matmul_columns(long n, long k) {
  // Some megabytes of packed columns, in whole chunks.
  long columns = (1 << 20) / (k + 1) / 512 * 512;
  if (columns < 512) columns = 512;
  return n < columns ? n : columns;
}

int matmul_packs_left(int transpose_a, long m, long n, long k) {
  // Long rows of the left operand are read where they lie; columns and short rows are packed.
  return (transpose_a || k < 256) && n > 64 && m * k > 4096;
}

long row_pieces(long n, long k) {
  // A quarter of a megabyte of float32 numbers each, some 15 µs of reading.
  long pieces = n * k / 65536;
  return pieces < 1 ? 1 : pieces > 16 ? 16 : pieces;
}

long matmul_workspace(int transpose_a, long m, long n, long k) {
  if (m == 1 && !transpose_a) return row_pieces(n, k) > 1 ? row_pieces(n, k) * n : 0;
  // Whole tiles: of at most 32 columns, and of at most 12 rows.
  long size = (matmul_columns(n, k) + 31) / 32 * 32 * k;
  if (matmul_packs_left(transpose_a, m, n, k)) size += (matmul_columns(m, k) + 12) * k;
  return size;
}

long attention_workspace(const attention_shape *shape) {
  // Two blocks of scores for 48 queries, and the packed right operand of the largest product.
  long extent = shape->keys > 48 ? shape->keys : 48;
  return 2 * 48 * ((shape->keys + 15) / 16 * 16) +
         (extent + 31) / 32 * 32 * ((shape->size + 31) / 32 * 32);
}
