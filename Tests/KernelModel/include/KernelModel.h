// The kernels for processors that multiply pairs of bfloat16, with plain C in place of that instruction, so
// that every processor can test their packing and indexing.

#ifndef KERNEL_MODEL_H
#define KERNEL_MODEL_H

#include "CKernels.h"

#pragma clang assume_nonnull begin
const kernel_table *kernel_model(void);
#pragma clang assume_nonnull end
#endif
