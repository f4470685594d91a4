/* test.h: the one place that includes cmocka, with the four headers it needs before it. */
#ifndef SUPPORT_TEST_H
#define SUPPORT_TEST_H

/* Before cmocka, whose fail() macro would change the prototype. */
#include "base/fault.h"

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail
#undef fail_msg
/* clang-format on */

#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

#include <stdbool.h>
#include <string.h>

#endif
