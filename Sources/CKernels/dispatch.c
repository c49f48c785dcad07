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
DECLARE(avx512bf16)
#endif

static const kernel_table *choose(const kernel_table *const *tables, const int *available) {
  const char *forced = getenv("MINITRANSFORMER_KERNELS");
  for (int i = 0; tables[i]; i++)
    if (available[i] && (!forced || !*forced || !strcmp(forced, tables[i]->variant)))
      return tables[i];
  return 0;
}

#if defined(__x86_64__)
#define TABLES(type)                                                                               \
  {&kernels_##type##_avx512bf16, &kernels_##type##_avx512, &kernels_##type##_avx2,                 \
   &kernels_##type##_baseline, 0}
static void detect(int available[4]) {
  __builtin_cpu_init();
  available[2] = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  available[1] = available[2] && __builtin_cpu_supports("avx512f") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512vl");
  available[0] = available[1] && __builtin_cpu_supports("avx512bf16");
  available[3] = 1;
}
#else
#define TABLES(type) {&kernels_##type##_baseline, 0}
static void detect(int available[4]) { available[0] = 1; }
#endif

// The choice is made once; a race between two first callers makes it twice, alike.
#define CHOSEN(type)                                                                               \
  const kernel_table *kernels_##type(void) {                                                       \
    static const kernel_table *const tables[] = TABLES(type);                                      \
    static const kernel_table *_Atomic chosen;                                                     \
    const kernel_table *table = atomic_load_explicit(&chosen, memory_order_acquire);               \
    if (!table) {                                                                                  \
      int available[4];                                                                            \
      detect(available);                                                                           \
      table = choose(tables, available);                                                           \
      atomic_store_explicit(&chosen, table, memory_order_release);                                 \
    }                                                                                              \
    return table;                                                                                  \
  }
CHOSEN(float)
CHOSEN(double)

// Multiply-adds: some 20 µs, and some 5.
#define WORTH_A_THREAD 1250000.0
#define WORTH_A_CHUNK 300000.0

long matmul_piece(long count, long limit, long unit) {
  long pieces = (count + limit - 1) / limit;
  return pieces ? ((count + pieces - 1) / pieces + unit - 1) / unit * unit : unit;
}

matmul_plan matmul_plan_of(long m, long n, long k, int bfloat16) {
  matmul_plan plan;
  plan.block_depth = matmul_piece(k, MATMUL_BLOCK_DEPTH, 16);
  plan.depth = k < 4 * plan.block_depth ? k : 4 * plan.block_depth;
  // Some megabytes of packed columns, in whole tiles of at most 32.
  plan.columns = matmul_piece(n, (1 << 20) / plan.depth, 32);
  plan.right_size = plan.columns * plan.depth;
  plan.packs_left = bfloat16 || (n > 64 && m * k > 4096);
  plan.is_small = (double)m * (double)n * (double)k < 2 * WORTH_A_THREAD;
  if (plan.is_small) {
    plan.chunk_rows = m;
    plan.chunk_columns = plan.columns;
    return plan;
  }
  // Of what is packed at a time, chunks of a 24th each, so that the threads end evenly, if that is worth
  // handing out. Few columns would be too few for the work of packing the rows.
  double work = (double)m * (double)plan.columns * (double)plan.depth;
  double wanted = work / 24 < WORTH_A_CHUNK ? WORTH_A_CHUNK : work / 24;
  long area = (long)(wanted / (double)plan.depth) + 1;
  plan.chunk_rows = matmul_piece(m, MATMUL_BLOCK_ROWS, 12);
  long columns = area / plan.chunk_rows;
  plan.chunk_columns = matmul_piece(plan.columns, columns < 192 ? 192 : columns > 512 ? 512 : columns, 32);
  long rows = area / plan.chunk_columns;
  if (rows < plan.chunk_rows) plan.chunk_rows = matmul_piece(m, rows < 36 ? 36 : rows, 12);
  return plan;
}

long row_pieces(long n, long k) {
  // An eighth of a megabyte of float32 numbers each, some 5 µs of reading.
  long pieces = n * k / 32768;
  return pieces < 1 ? 1 : pieces > 8 ? 8 : pieces;
}

int row_is_far(long n, long k) { return n * k > 1 << 18; }

int matmul_is_row(int transpose_a, long m, int is_rounded) {
  return m == 1 && !transpose_a && !is_rounded;
}

long matmul_workspace(int transpose_a, long m, long n, long k, int bfloat16, long workers) {
  // A row needs a row of sums for each piece; double precision rounds nothing, whatever it is told.
  long row = row_is_far(n, k) ? row_pieces(n, k) * n : 0;
  if (matmul_is_row(transpose_a, m, bfloat16)) return row;
  matmul_plan plan = matmul_plan_of(m, n, k, bfloat16);
  long size = plan.right_size + (plan.packs_left ? workers * MATMUL_BLOCK_SIZE : 0);
  return m == 1 && row > size ? row : size;
}

long branch_piece(long inner, long elements, long unit) {
  long pieces = row_pieces(elements, 1);
  return matmul_piece(inner, (inner + pieces - 1) / pieces, unit);
}

long branch_workspace(const row_branch *branch, const attention_shape *shape) {
  // The normalised row, two rows of inner features, and at most eight shares of the result.
  long size = 9 * branch->width + 2 * branch->inner;
  return shape ? size + shape->heads + attention_workspace(shape) * branch->workers : size;
}

long packed_size(long k, long n) {
  return (k + 1) / 2 * ((n + PACKED_COLUMNS - 1) / PACKED_COLUMNS * PACKED_COLUMNS);
}

long attention_operand(const attention_shape *shape) {
  long extent = shape->keys > ATTENTION_QUERIES ? shape->keys : ATTENTION_QUERIES;
  return (extent + 31) / 32 * 32 * ((shape->size + 31) / 32 * 32);
}

long attention_workspace(const attention_shape *shape) {
  // Two blocks of scores, and what their products need.
  return 2 * ATTENTION_QUERIES * ((shape->keys + 15) / 16 * 16) + 4 * attention_operand(shape) +
         (shape->bfloat16 ? MATMUL_BLOCK_SIZE : 0);
}
