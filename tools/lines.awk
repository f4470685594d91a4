# lines.awk: C sources as file:line:text, with comments gone and, by choice, only code or only the
# contents of string literals left.
# SPDX-License-Identifier: AGPL-3.0-or-later
#   awk -v want=code|text -f lines.awk FILE...
FNR == 1 { inside = "" }
{
    out = ""
    for (i = 1; i <= length($0); i++) {
        pair = substr($0, i, 2)
        one = substr(pair, 1, 1)
        if (inside == "*") {
            if (pair == "*/") { inside = ""; i++ }
        } else if (inside != "") {
            if (one == inside) { inside = ""; out = out one; continue }
            if (want == "text") out = out (one == "\\" ? pair : one)
            if (one == "\\") i++
        } else if (pair == "/*") {
            inside = "*"; i++
        } else if (pair == "//") {
            break
        } else if (one == "\"" || one == "'") {
            inside = one; out = out one
        } else if (want == "code") {
            out = out one
        }
    }
    if (inside == "\"" || inside == "'") inside = ""
    print FILENAME ":" FNR ":" out
}
