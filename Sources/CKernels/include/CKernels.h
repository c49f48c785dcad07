// The loops over numbers. They know no graph, allocate nothing and open nothing: pointers and sizes
// in, numbers out. `Autograd/Kernels.swift` is their only caller.
//
// Each kernel exists for float and for double, and for each instruction set below, from one text.
//
// Rules: backward kernels add to their outputs (+=), so that a value used twice needs no extra code;
// forward kernels overwrite theirs, which need not be cleared; an operand is never an output of the
// same call unless its comment says so; rows are contiguous.

#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdint.h>

#pragma clang assume_nonnull begin

typedef const void *In;
typedef void *Out;

/// Where the queries, keys and values of one attention call lie, and who may see whom.
///
/// Row `t` of batch `b` and head `h` starts at `(b * rows + t) * stride + h * size`; `rows` is
/// `queries` for queries and outputs, and `key_rows` (`keys`, or more where a cache has room left)
/// for keys and values.
typedef struct {
  long batches, heads, queries, keys, key_rows, size;
  /// How many workers the workspace has room for.
  long workers;
  long query_stride, key_stride, value_stride, output_stride;
  /// Query `i` sees keys `j <= i + keys - queries`.
  int causal;
  /// How many keys of each batch are real, or NULL for all.
  const int32_t *_Nullable key_lengths;
  double scale;
  /// Dropout of the weights: the share kept, 1 for all, and the random stream that chooses.
  double keep;
  uint64_t random_key;
  /// Whether the operands of products are rounded to bfloat16 (float only).
  int bfloat16;
} attention_shape;

/// A layer as it is applied to a single row: a matrix [inputs, outputs], or a vector, and a bias [outputs].
typedef struct {
  In weight;
  In _Nullable bias;
} row_layer;

/// The function between the layers of a feed-forward network.
enum { ACTIVATION_GELU, ACTIVATION_GELU_ERF, ACTIVATION_RELU };

/// A branch of a block for a single row, y = x + middle(norm(x)) W + b: `width` elements, of which the
/// middle makes `inner` features.
typedef struct {
  long width, inner;
  row_layer norm, output;
  double epsilon;
  /// How many workers the workspace has room for.
  long workers;
} row_branch;

// Every kernel, once: name, parameters, arguments. `n`, `rows`, … count elements, never bytes.
// An operand with a count of its own (`na`) is read again and again when that is smaller than `n`.
#define CKERNELS_LIST(K)                                                                           \
  /* Arithmetic: y = a ∘ b. */                                                                     \
  K(add, (In a, long na, In b, long nb, Out y, long n), (a, na, b, nb, y, n))                      \
  K(subtract, (In a, long na, In b, long nb, Out y, long n), (a, na, b, nb, y, n))                 \
  K(multiply, (In a, long na, In b, long nb, Out y, long n), (a, na, b, nb, y, n))                 \
  K(divide, (In a, long na, In b, long nb, Out y, long n), (a, na, b, nb, y, n))                   \
  /* y = value. */                                                                                 \
  K(fill, (double value, Out y, long n), (value, y, n))                                            \
  /* y = factor x; y may be x. */                                                                  \
  K(scale, (In x, double factor, Out y, long n), (x, factor, y, n))                                \
  /* y[i mod ny] += factor x[i]. */                                                                \
  K(accumulate, (In x, double factor, Out y, long ny, long n), (x, factor, y, ny, n))              \
  /* y[i mod ny] += a[i] b[i mod nb]. */                                                           \
  K(accumulate_product, (In a, In b, long nb, Out y, long ny, long n), (a, b, nb, y, ny, n))       \
  /* y[i mod ny] += factor a[i] / b[i mod nb]. */                                                  \
  K(accumulate_quotient, (In a, In b, long nb, double factor, Out y, long ny, long n),             \
    (a, b, nb, factor, y, ny, n))                                                                  \
  /* Functions of one element, y = f(x), and dx = dy f'(x) + beta dx (or +=). */                                    \
  K(exp, (In x, Out y, long n), (x, y, n))                                                         \
  K(log, (In x, Out y, long n), (x, y, n))                                                         \
  K(tanh, (In x, Out y, long n), (x, y, n))                                                        \
  K(tanh_backward, (In y, In dy, double beta, Out dx, long n), (y, dy, beta, dx, n)) \
  K(sigmoid, (In x, Out y, long n), (x, y, n))                                                     \
  K(sigmoid_backward, (In y, In dy, double beta, Out dx, long n), (y, dy, beta, dx, n)) \
  K(relu, (In x, Out y, long n), (x, y, n))                                                        \
  K(relu_backward, (In x, In dy, double beta, Out dx, long n), (x, dy, beta, dx, n)) \
  K(gelu, (In x, Out y, long n), (x, y, n))                                                        \
  K(gelu_backward, (In x, In dy, double beta, Out dx, long n), (x, dy, beta, dx, n)) \
  K(gelu_erf, (In x, Out y, long n), (x, y, n))                                                    \
  K(gelu_erf_backward, (In x, In dy, Out dx, long n), (x, dy, dx, n))                              \
  K(power, (In x, double exponent, Out y, long n), (x, exponent, y, n))                            \
  K(power_backward, (In x, double exponent, In dy, Out dx, long n), (x, exponent, dy, dx, n))      \
  /* x / keep where the random stream says so, else 0. */                                          \
  K(dropout, (In x, double keep, uint64_t key, Out y, long n), (x, keep, key, y, n))               \
  K(dropout_backward, (In dy, double keep, uint64_t key, Out dx, long n), (dy, keep, key, dx, n))  \
  /* y = deviation times normal deviates (Box and Muller 1958) of the random stream. */             \
  K(normal, (uint64_t key, double deviation, Out y, long n), (key, deviation, y, n))               \
  /* Moving: [a, I, b, J, c] to [a, J, b, I, c]; then y += instead where `adds`. */                \
  K(swap_axes, (In x, long a, long I, long b, long J, long c, int adds, Out y),                    \
    (x, a, I, b, J, c, adds, y))                                                                   \
  /* `rows` pieces of `width` elements, `x_stride` and `y_stride` apart. */                        \
  K(copy_rows, (In x, long x_stride, Out y, long y_stride, long rows, long width, int adds),       \
    (x, x_stride, y, y_stride, rows, width, adds))                                                 \
  K(gather, (In table, const int32_t *ids, long rows, long width, Out y),                          \
    (table, ids, rows, width, y))                                                                  \
  K(gather_backward, (const int32_t *ids, In dy, long rows, long width, Out dtable),               \
    (ids, dy, rows, width, dtable))                                                                \
  /* [outer, n, inner] to [outer, inner], times `factor`. */                                       \
  K(sum_axis, (In x, long outer, long n, long inner, double factor, Out y),                        \
    (x, outer, n, inner, factor, y))                                                               \
  K(sum_axis_backward, (In dy, long outer, long n, long inner, double factor, Out dx),             \
    (dy, outer, n, inner, factor, dx))                                                             \
  /* c = bias[n] + addend + op(a)[m, k] op(b)[k, n]; the addend may be c. With `bfloat16`, float    \
     operands are rounded to it. */                                                                \
  K(matmul,                                                                                        \
    (int transpose_a, int transpose_b, long m, long n, long k, In a, long lda, In b, long ldb,     \
     In _Nullable bias, In _Nullable addend, long ld_addend, Out c, long ldc, int bfloat16,        \
     long workers, Out workspace),                                                                 \
    (transpose_a, transpose_b, m, n, k, a, lda, b, ldb, bias, addend, ld_addend, c, ldc, bfloat16, \
     workers, workspace))                                                                          \
  /* op(w)[k, n] in bfloat16, `packed_size` words; float only, and y = bias[n] + addend[m, n] +    \
     x[m, k] op(w) with x rounded too; the workspace holds m (k + 1). */                           \
  K(pack_bfloat16, (int transpose, long k, long n, In w, Out packed), (transpose, k, n, w, packed)) \
  K(packed_product,                                                                                \
    (long m, long n, long k, In x, In packed, In _Nullable bias, In _Nullable addend, Out y,       \
     long workers, Out workspace),                                                                 \
    (m, n, k, x, packed, bias, addend, y, workers, workspace))                                     \
  /* Rows of n elements; a mask has 1 where an element counts. */                                  \
  K(softmax, (In x, const uint8_t *_Nullable mask, long rows, long n, Out y),                      \
    (x, mask, rows, n, y))                                                                         \
  K(softmax_backward, (In y, In dy, long rows, long n, Out dx), (y, dy, rows, n, dx))              \
  K(log_softmax, (In x, long rows, long n, Out y), (x, rows, n, y))                                \
  K(log_softmax_backward, (In y, In dy, long rows, long n, Out dx), (y, dy, rows, n, dx))          \
  /* `mean` and `scale` (1 / standard deviation) are one number a row, kept for backward. */       \
  K(layer_norm,                                                                                    \
    (In x, In _Nullable weight, In _Nullable bias, double epsilon, long rows, long n, Out y,       \
     Out mean, Out scale),                                                                         \
    (x, weight, bias, epsilon, rows, n, y, mean, scale))                                           \
  K(layer_norm_backward,                                                                           \
    (In x, In _Nullable weight, In mean, In scale, In dy, long rows, long n, Out _Nullable dx,     \
     Out _Nullable dweight, Out _Nullable dbias),                                                  \
    (x, weight, mean, scale, dy, rows, n, dx, dweight, dbias))                                     \
  /* One loss a row, 0 where the target is `ignored`; for backward the row's largest logit is kept,\
     and the log of the sum of exp(logit - largest). */                                            \
  K(cross_entropy,                                                                                 \
    (In logits, const int32_t *targets, int32_t ignored, long rows, long n, Out losses,            \
     Out largest, Out log_sums),                                                                   \
    (logits, targets, ignored, rows, n, losses, largest, log_sums))                                \
  K(cross_entropy_backward,                                                                        \
    (In logits, const int32_t *targets, int32_t ignored, In largest, In log_sums, In dlosses,      \
     long rows, long n, Out dlogits),                                                              \
    (logits, targets, ignored, largest, log_sums, dlosses, rows, n, dlogits))                      \
  /* The losses, and in place of the logits `factor` times their gradient. */                       \
  K(cross_entropy_gradient,                                                                        \
    (Out logits, const int32_t *targets, int32_t ignored, double factor, long rows, long n,        \
     Out losses),                                                                                  \
    (logits, targets, ignored, factor, rows, n, losses))                                           \
  /* `log_sums` is [batches, heads, queries]; `workspace` as attention_workspace says. */           \
  K(attention,                                                                                     \
    (const attention_shape *shape, In q, In k, In v, Out y, Out log_sums, Out workspace),          \
    (shape, q, k, v, y, log_sums, workspace))                                                      \
  K(attention_backward,                                                                            \
    (const attention_shape *shape, In q, In k, In v, In log_sums, In dy, Out dq, Out dk, Out dv,   \
     Out workspace),                                                                               \
    (shape, q, k, v, log_sums, dy, dq, dk, dv, workspace))                                         \
  /* The softmax itself, before dropout: [batches, heads, queries, keys]. */                       \
  K(attention_weights, (const attention_shape *shape, In q, In k, Out weights),                    \
    (shape, q, k, weights))                                                                        \
  /* A row through a branch of a block; `workspace` as branch_workspace says. The middle of this   \
     one is f(x W + b). */                                                                         \
  K(feed_forward_row,                                                                              \
    (const row_branch *branch, const row_layer *expand, int activation, In x, Out y,               \
     Out workspace),                                                                               \
    (branch, expand, activation, x, y, workspace))                                                 \
  /* The middle of this one is attention of one query to all keys, whose last row, and that of the \
     values, it writes first; cosines and sines are those of the row's position. */                \
  K(attention_row,                                                                                 \
    (const row_branch *branch, const row_layer *query, const row_layer *key,                       \
     const row_layer *value, const attention_shape *shape, In _Nullable cosines,                   \
     In _Nullable sines, In x, Out keys, Out values, Out y, Out workspace),                        \
    (branch, query, key, value, shape, cosines, sines, x, keys, values, y, workspace))             \
  /* Turns each pair (x[i], x[i + size/2]) of [batches, length, heads, size] by its position's     \
     angle, or back; cosines and sines are [length, size/2]; y may be x. */                        \
  K(rotate,                                                                                        \
    (In x, In cosines, In sines, long batches, long length, long heads, long size, int back,       \
     int adds, Out y),                                                                             \
    (x, cosines, sines, batches, length, heads, size, back, adds, y))                              \
  /* Optimizers: parameters p, gradients g times `factor`, and their running averages. */          \
  K(adam,                                                                                          \
    (Out p, In g, Out m, Out v, long n, double factor, double rate, double beta1, double beta2,    \
     double epsilon, double decay, double penalty, double correction1, double correction2),        \
    (p, g, m, v, n, factor, rate, beta1, beta2, epsilon, decay, penalty, correction1, correction2)) \
  K(sgd,                                                                                           \
    (Out p, In g, Out velocity, long n, double factor, double rate, double momentum,               \
     double dampening, int nesterov, double penalty),                                              \
    (p, g, velocity, n, factor, rate, momentum, dampening, nesterov, penalty))                     \
  /* total += the sum of x²; the caller's total stays double so that order and type cost nothing. */ \
  K(sum_of_squares, (In x, long n, double *total), (x, n, total))                                  \
  /* The index of the first element that is NaN or infinite, or -1. */                             \
  K(first_not_finite, (In x, long n, long *index), (x, n, index))                                  \
  /* Multiplies and adds as fast as the processor can, in registers alone, so many `rounds`;       \
     `operations` is how many that were, and `sum` one element that keeps them from being           \
     left out. */                                                                                  \
  K(multiply_add_peak, (long rounds, double *operations, Out sum), (rounds, operations, sum))

/// The `index`-th 64 random bits of the stream `key`: SplitMix64 (Steele, Lea and Flood 2014,
/// section 4), whose n-th value needs no earlier one.
static inline uint64_t random_bits(uint64_t key, uint64_t index) {
  uint64_t z = key + (index + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// The same as a number in [0, 1), a multiple of 2^-53.
static inline double random_uniform(uint64_t key, uint64_t index) {
  return (double)(random_bits(key, index) >> 11) * 0x1p-53;
}

/// The kernels of one scalar type for one instruction set.
typedef struct {
  const char *variant;
#define CKERNELS_FIELD(name, parameters, arguments) void(*name) parameters;
  CKERNELS_LIST(CKERNELS_FIELD)
#undef CKERNELS_FIELD
} kernel_table;

/// The kernels for this processor: the widest variant it has, or the one that the environment
/// variable MINITRANSFORMER_KERNELS names; NULL where that one does not exist here.
const kernel_table *_Nullable kernels_float(void);
const kernel_table *_Nullable kernels_double(void);

/// One tile of a piece of work, run by one of the workers 0, 1, ….
typedef void (*parallel_body)(void *_Nullable context, long tile, long worker);

/// Runs `body` for every tile in 0..<tiles, on several threads where that is allowed and nobody else
/// is using them, and returns when all are finished. The tiles write to different places.
void parallel_for(long tiles, parallel_body body, void *_Nullable context);

/// The same with at most so many workers, whatever is allowed by then: for a body that has been given
/// room for each of them.
void parallel_for_workers(long workers, long tiles, parallel_body body, void *_Nullable context);

/// How many threads a piece of work may use, the caller's included; 1 at first.
void parallel_set_workers(long count);
long parallel_workers(void);

/// How many processors this process may run on.
long parallel_processors(void);

/// A block of the left operand of a matrix product, which stays in the second cache.
enum {
  MATMUL_BLOCK_ROWS = 120,
  MATMUL_BLOCK_DEPTH = 384,
  MATMUL_BLOCK_SIZE = MATMUL_BLOCK_ROWS * MATMUL_BLOCK_DEPTH
};

/// How a matrix product is cut: by its extents alone, so that neither the instruction set's tiles nor
/// the number of threads changes the order of a sum.
typedef struct {
  /// How much of the depth is summed up in registers at a time.
  long block_depth;
  /// How much of the right operand is packed at a time, and its elements.
  long depth, columns, right_size;
  /// Whether the left operand may be packed too, and whether one thread is enough.
  int packs_left, is_small;
  /// The pieces of the result that are each computed by one thread.
  long chunk_rows, chunk_columns;
} matmul_plan;
matmul_plan matmul_plan_of(long m, long n, long k, int bfloat16);

/// How long the pieces are into which `count` is cut evenly: at most `limit`, rounded up to multiples of
/// `unit`.
long matmul_piece(long count, long limit, long unit);

/// Whether the left operand is a single row, which is multiplied without packing anything.
int matmul_is_row(int transpose_a, long m, int is_rounded);

/// How many elements of workspace the matrix product needs.
long matmul_workspace(int transpose_a, long m, long n, long k, int bfloat16, long workers);

/// How many columns of a matrix packed in bfloat16 lie together.
enum { PACKED_COLUMNS = 64 };

/// How many 32-bit words [k, n] takes, packed in bfloat16.
long packed_size(long k, long n);

/// Into how many pieces the product of a single row with a matrix of these sizes is cut.
long row_pieces(long n, long k);

/// Whether a matrix of these sizes, over a megabyte of float32 numbers, counts as coming from memory.
int row_is_far(long n, long k);

/// How many of the `inner` features of a row's branch make a piece of work, so that its matrices of so
/// many `elements` are cut evenly: a multiple of `unit`.
long branch_piece(long inner, long elements, long unit);

/// How many elements of workspace a row's branch needs, with the shape of its attention if it has one.
long branch_workspace(const row_branch *branch, const attention_shape *_Nullable shape);

/// How many queries pass over the keys together, whole tiles of every instruction set.
enum { ATTENTION_QUERIES = 24 };

/// How many elements a packed operand of attention's products takes.
long attention_operand(const attention_shape *shape);

/// How many elements of workspace attention needs for each worker.
long attention_workspace(const attention_shape *shape);

#pragma clang assume_nonnull end
#endif
