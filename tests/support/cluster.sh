#!/bin/bash
# cluster.sh: a private PostgreSQL server for tests, in a folder of its own.
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   cluster.sh start DIR            makes it if needed, starts it, prints a connection string
#   cluster.sh stop DIR             stops exactly this one; does nothing where none runs
#   cluster.sh database DIR NAME    makes NAME anew and empty, prints its connection string
#
# It listens on a socket in DIR and nowhere else. Its programs never run as root. Tests connect as
# "exoledger", which owns its databases and is no superuser; "postgres" is the superuser. What it
# acknowledges is on disk (fsync stays on), because that is what the tests are about.
set -euo pipefail
export LC_ALL=C
unset "${!PG@}"

oldest=15
socket_bytes=99 # the kernel's room for a socket's path is 108

refuse()
{
    echo "cluster.sh: $1" >&2
    exit 1
}

# Debian keeps each version's programs in a folder of its own, outside PATH.
find_programs()
{
    local version
    for programs in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) \
        "$(dirname "$(command -v initdb || echo /nowhere/initdb)")"; do
        [ -x "$programs/initdb" ] || continue
        version=$("$programs/initdb" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        [ "$version" -lt "$oldest" ] || return 0
    done
    refuse "PostgreSQL $oldest or newer is not installed; install the package postgresql."
}

# Runs one of the server's programs, as the user "postgres" where we are root.
as_owner()
{
    local program=$1
    shift
    if [ "$(id -u)" -ne 0 ]; then
        (cd "$folder" && "$programs/$program" "$@")
    else
        (cd "$folder" && setpriv --reuid=postgres --regid=postgres --init-groups \
            env HOME="$folder" "$programs/$program" "$@")
    fi
}

is_running()
{
    [ -d "$folder/data" ] && as_owner pg_ctl -D "$folder/data" status >/dev/null 2>&1
}

sql()
{
    as_owner psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --host "$folder" --port 5432 \
        --username postgres --dbname postgres --command "SET client_min_messages = warning" \
        --command "$1" >/dev/null
}

place()
{
    echo "host=$folder port=5432 user=exoledger dbname=$1"
}

settle_folder()
{
    case $1 in
    /*) folder=$1 ;;
    *) folder=$PWD/$1 ;;
    esac
    [[ $folder =~ ^[A-Za-z0-9_./-]+$ ]] ||
        refuse "The folder's path may hold letters, digits and . _ - only."
    local socket=$folder/.s.PGSQL.5432
    [ "${#socket}" -le "$socket_bytes" ] ||
        refuse "The path of $folder is too long for a socket; choose a shorter one."
}

make_folder()
{
    mkdir -p "$folder"
    [ -f "$folder/data/PG_VERSION" ] || [ -z "$(ls -A "$folder")" ] ||
        refuse "$folder holds other files; choose an empty or a new folder."
    chmod 700 "$folder"
    [ "$(id -u)" -ne 0 ] && return
    getent passwd postgres >/dev/null || refuse "There is no user postgres to run the server as."
    chown postgres: "$folder"
    setpriv --reuid=postgres --regid=postgres --init-groups test -x "$folder" ||
        refuse "The user postgres cannot reach $folder; choose a folder that others may enter."
}

# Only the empty cluster itself is not forced to disk, so that tests start sooner.
make_cluster()
{
    as_owner initdb -D "$folder/data" --username postgres --auth trust --encoding UTF8 \
        --locale C --no-sync >"$folder/initdb.log" 2>&1 </dev/null || {
        cat "$folder/initdb.log" >&2
        refuse "initdb failed."
    }
}

start()
{
    local settings="-c listen_addresses='' -c unix_socket_directories=$folder -c port=5432"
    settings+=" -c max_connections=60 -c shared_buffers=32MB -c max_wal_size=256MB"
    make_folder
    [ -f "$folder/data/PG_VERSION" ] || make_cluster
    if ! is_running; then
        # The server keeps what it inherits: without these a caller's $(...) would never end.
        as_owner pg_ctl -D "$folder/data" -l "$folder/server.log" -o "$settings" -w -t 60 \
            start >/dev/null 2>&1 </dev/null || {
            tail -n 20 "$folder/server.log" >&2 || true
            refuse "The server did not start."
        }
    fi
    sql "DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'exoledger') THEN
         CREATE ROLE exoledger LOGIN; END IF; END \$\$"
    if ! as_owner psql --no-psqlrc --quiet --host "$folder" --port 5432 --username exoledger \
        --dbname exoledger --command "" >/dev/null 2>&1; then
        sql "CREATE DATABASE exoledger OWNER exoledger TEMPLATE template0"
    fi
    place exoledger
}

stop()
{
    is_running || return 0
    as_owner pg_ctl -D "$folder/data" -m fast -w -t 60 stop >/dev/null 2>&1 </dev/null ||
        ! is_running || refuse "The server in $folder did not stop."
}

database()
{
    [[ $1 =~ ^[a-z][a-z0-9_]{0,40}$ ]] ||
        refuse "A database's name begins with a letter; small letters, digits and _ only."
    case $1 in
    postgres | template0 | template1) refuse "The database $1 belongs to the server." ;;
    esac
    is_running || refuse "No server runs in $folder; start it first."
    sql "DROP DATABASE IF EXISTS $1 WITH (FORCE)"
    sql "CREATE DATABASE $1 OWNER exoledger TEMPLATE template0"
    place "$1"
}

usage()
{
    refuse "Use: cluster.sh start DIR | stop DIR | database DIR NAME"
}

[ $# -ge 2 ] || usage
settle_folder "$2"
find_programs
case $1:$# in
start:2) start ;;
stop:2) stop ;;
database:3) database "$3" ;;
*) usage ;;
esac
