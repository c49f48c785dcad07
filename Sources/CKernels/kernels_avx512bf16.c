// 512-bit vectors with dot products of bfloat16 pairs (AMD Zen 4, Intel Cooper Lake and later).
#if defined(__x86_64__)
#include "CKernels.h"
#include <immintrin.h>
#include <math.h>
#include <string.h>
#define VARIANT avx512bf16
#define VECTOR_BYTES 64
#define HAS_LANE_MASKS
#define TILE_ROWS 12
#define DOT_PAIRS(sum, left, right)                                                                \
  (Vector) _mm512_dpbf16_ps((__m512)(sum), (__m512bh)(left), (__m512bh)(right))
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl,avx512bf16"))),             \
    apply_to = function)
#include "variant.inc"
#pragma clang attribute pop
#endif
