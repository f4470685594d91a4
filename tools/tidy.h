/* tidy.h: what clang-tidy must know that stands in another file: fail and refuse answer false. */
#ifndef TOOLS_TIDY_H
#define TOOLS_TIDY_H

#include "base/fault.h"

#define fail(...) ((void)(fail)(__VA_ARGS__), false)
#define refuse(...) ((void)(refuse)(__VA_ARGS__), false)

#endif
