#!/bin/bash
# check_direction.sh: does every file include only from its own folder or from one before it?
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
export LC_ALL=C # the order of the folders is the order of `ls src`
cd "$(dirname "$0")/.."

# Fields around ":" and the quote or bracket: file, line, "#include ", what is included.
grep -rHnE --include='*.[ch]' '^ *# *include *["<]' src | awk -F'[:"<>]' '
    function folder(path) { return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : "" }
    function refuse(sentence) { print $1 ":" $2 ": " sentence; wrong = 1 }
    BEGIN { while (("ls -p src" | getline name) > 0) if (sub("/$", "", name)) known[name] = 1 }
    {
        own = folder(substr($1, 5))
        target = folder($4)
        if ($0 ~ /include *</ && !(target in known))
            next
        if ($0 ~ /include *</)
            refuse("our own header " $4 " is included with quotes.")
        if (own == "")
            next
        if (target == "")
            refuse($4 " is a header of the root or lacks its folder; no module includes the root.")
        else if (!(target in known))
            refuse("src has no folder " target ".")
        else if (own == "measure" && target != "measure" && target != "base")
            refuse("measure includes base and nothing else, not " $4 ".")
        else if (target > own)
            refuse(own " may not include " $4 ": " target " comes after it.")
    }
    END { exit wrong }'
