#include "KernelModel.h"
#include <math.h>
#include <string.h>

// Functions that hand vectors to each other are all inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#define VARIANT model
#define VECTOR_BYTES 64
#define TILE_ROWS 12
// Intel's description of VDPBF16PS: the upper numbers of each pair first, then the lower ones.
#define DOT_PAIRS(sum, left, right)                                                                \
  __extension__({                                                                                  \
    Words a = (left), b = (Words)(right);                                                          \
    Vector upper = (sum) + (Vector)(a & 0xffff0000) * (Vector)(b & 0xffff0000);                    \
    upper + (Vector)(a << 16) * (Vector)(b << 16);                                                 \
  })
#include "../../Sources/CKernels/variant.inc"

const kernel_table *kernel_model(void) { return &kernels_float_model; }
