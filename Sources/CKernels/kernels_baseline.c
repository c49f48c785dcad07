// What every processor of the architecture has: SSE2 on x86-64, NEON on arm64.
#define VARIANT baseline
#define VECTOR_BYTES 16
#if defined(__aarch64__)
#define TILE_ROWS 8
#else
#define TILE_ROWS 4
#endif
#include "variant.inc"
