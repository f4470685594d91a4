#!/bin/bash
# install.sh: installs the Debian packages that are missing, and nothing where none is.
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   install.sh build     what building and serving needs
#   install.sh check     that, and what the tests and style checks need
#   install.sh bench     what building and measuring needs
#   install.sh soak      what the checks need, and what the long tests and analyses need
set -euo pipefail

# A word with | in it is a choice: the first that the distribution offers.
build="gcc make pkg-config libc6-dev libsqlite3-dev libpq-dev libjansson-dev libssl-dev
    libsodium-dev libmicrohttpd-dev libpango1.0-dev libzint-dev libavformat-dev
    libavcodec-dev libavutil-dev libswscale-dev libtiff-dev libseccomp-dev fonts-vlgothic
    ca-certificates"
# The pages are built with node and npm, wherever they come from; Debian's npm fits its own node.
command -v node >/dev/null && command -v npm >/dev/null || build="$build nodejs npm"
check="$build binutils clang clang-format-14|clang-format clang-tidy llvm
    libclang-rt-14-dev|libclang-rt-dev|libclang-common-14-dev libcmocka-dev
    postgresql-15|postgresql python3 python3-nacl sqlite3 codespell curl poppler-utils dmtx-utils
    cppcheck ffmpeg chromium"
bench="$build postgresql-15|postgresql python3 sqlite3 wrk nginx-light nghttp2-client ffmpeg
    chromium"
soak="$check valgrind wrk nginx-light libc6-dbg"

refuse()
{
    echo "install.sh: $1" >&2
    exit 1
}

is_installed()
{
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        refuse "These packages are missing: $missing. Install them as root, then start again."
    fi
}

# wanted WORD...: the packages among these that are not installed. apt-cache takes a second.
wanted()
{
    local word name chosen
    for word in "$@"; do
        chosen=${word%%|*}
        is_installed "$chosen" && continue
        [[ $word != *"|"* ]] || for name in ${word//|/ }; do
            apt-cache show "$name" >/dev/null 2>&1 && chosen=$name && break
        done
        is_installed "$chosen" || echo "$chosen"
    done | xargs
}

# A private server for the tests is made by cluster.sh; the system's own is neither made nor
# started. What an administrator has chosen before stays as it is.
keep_postgresql_quiet()
{
    local choice=/etc/postgresql-common/createcluster.conf
    case $missing in *postgresql*) ;; *) return 0 ;; esac
    is_installed postgresql-common || [ -e "$choice" ] && return 0
    as_root mkdir -p "${choice%/*}"
    echo "create_main_cluster = false" | as_root tee "$choice" >/dev/null
}

# Measuring starts the server it needs by itself and on a port of its own: what is installed for it
# neither starts now nor at the next start of the machine.
keep_nginx_quiet()
{
    local policy=/usr/sbin/policy-rc.d
    case $missing in *nginx*) ;; *) return 0 ;; esac
    case $1 in
    before)
        [ -e "$policy" ] && return 0
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        quieted=$policy
        trap 'as_root rm -f "$quieted"' EXIT
        ;;
    after) as_root update-rc.d nginx disable >/dev/null 2>&1 || true ;;
    esac
}

case ${1:-} in
build) words=$build ;;
check) words=$check ;;
bench) words=$bench ;;
soak) words=$soak ;;
*) refuse "Use: install.sh build | check | bench | soak" ;;
esac
command -v dpkg-query >/dev/null ||
    refuse "This is no Debian. Install the equivalents of: $(xargs <<<"$words")."
# shellcheck disable=SC2086 # the lists are words
missing=$(wanted $words)
[ -n "$missing" ] || exit 0

as_root apt-get update -qq
# shellcheck disable=SC2086
missing=$(wanted $words) # the choice between names needs the fresh list
echo "Installing $missing"
keep_postgresql_quiet
keep_nginx_quiet before
# shellcheck disable=SC2086
as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get install -y -qq \
    --no-install-recommends -o DPkg::Lock::Timeout=300 $missing >/dev/null ||
    refuse "The packages could not be installed: $missing."
keep_nginx_quiet after
