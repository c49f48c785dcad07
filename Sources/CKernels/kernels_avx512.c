// 512-bit vectors (Intel Skylake-SP, AMD Zen 4 and later).
#if defined(__x86_64__)
#include "CKernels.h"
#include <immintrin.h>
#include <math.h>
#include <string.h>
#define VARIANT avx512
#define VECTOR_BYTES 64
#define HAS_LANE_MASKS
#define TILE_ROWS 12
#pragma clang attribute push(                                                                      \
    __attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"))), apply_to = function)
#include "variant.inc"
#pragma clang attribute pop
#endif
