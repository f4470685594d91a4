#!/bin/bash
# library.sh: can a stranger build with the installed measurement library and its one header?
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# library.sh PLACE: where `make install DESTDIR=PLACE` put everything. Ends with "N passed, N failed".
set -euo pipefail
export LC_ALL=C
place=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PKG_CONFIG_PATH=$place/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$place
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
read -ra flags <<<"$(pkg-config --cflags --libs exoledger-measure)"
passed=0 failed=0

test_case()
{
    if "$@"; then passed=$((passed + 1)); else echo "FAILED $*"; failed=$((failed + 1)); fi
}

# build FILE: with both compilers, strictly.
build()
{
    local compiler
    for compiler in gcc clang; do
        "$compiler" -std=c17 -Wall -Wextra -Wpedantic -Werror -o "$work/program" "$1" "${flags[@]}" ||
            return 1
    done
}

# The example of the man page, word for word.
the_example_of_the_man_page_runs()
{
    sed -n '/^#include <measure/,/^\.fi/p' "$place/usr/share/man/man3/exoledger-measure.3" |
        sed '/^\.fi/d; s/\\-/-/g; s/\\e/\\/g' >"$work/example.c"
    build "$work/example.c" || return 1
    "$work/program" | grep -qxE '[0-9]+\.[0-9] nm'
}

every_function_of_the_header_is_there()
{
    /usr/bin/python3 - "$place" "$work/all.c" <<'PYTHON'
import re, sys
names = set()
for part in ("measure", "measure_count"):
    with open(f"{sys.argv[1]}/usr/include/exoledger/measure/{part}.h", encoding="utf-8") as file:
        names |= set(re.findall(r"^[a-z][a-z_ ]*[ *](measure_[a-z0-9_]+)\(", file.read(), re.M))
assert len(names) > 30, names
with open(sys.argv[2], "w", encoding="utf-8") as file:
    file.write("#include <measure/measure.h>\nint main(void)\n{\n    int missing = 0;\n")
    for name in sorted(names):
        file.write(f"    missing += *(void *volatile *)&(void *){{(void *)(size_t)&{name}}} == 0;\n")
    file.write("    return missing;\n}\n")
PYTHON
    build "$work/all.c" && "$work/program"
}

nothing_else_is_seen_of_it()
{
    ! nm -g --defined-only "$place/usr/lib/libexoledger-measure.a" | grep ' [A-TV-Z] ' |
        grep -v ' measure_'
}

it_neither_allocates_nor_speaks()
{
    ! nm -u "$place/usr/lib/libexoledger-measure.a" |
        grep -E ' (malloc|calloc|realloc|free|printf|puts|fopen|open|write|pthread_.*|getenv|time)$'
}

test_case the_example_of_the_man_page_runs
test_case every_function_of_the_header_is_there
test_case nothing_else_is_seen_of_it
test_case it_neither_allocates_nor_speaks
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
