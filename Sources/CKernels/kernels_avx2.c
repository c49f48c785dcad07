// 256-bit vectors with fused multiply-add (Intel Haswell, AMD Zen and later).
#if defined(__x86_64__)
#include "CKernels.h"
#include <immintrin.h>
#include <math.h>
#include <string.h>
#define VARIANT avx2
#define VECTOR_BYTES 32
#define HAS_LANE_MASKS
#define TILE_ROWS 6
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "variant.inc"
#pragma clang attribute pop
#endif
