#!/bin/bash
# first_rules_test.sh: in a new record, two people sign the shipped tables from the command line.
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   first_rules_test.sh PROGRAM RECORD      (the record is not used: this one begins with none)
set -euo pipefail
program=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
umask 077
passed=0
failed=0

# expect WHAT PATTERN TEXT
expect()
{
    if grep -qE "$2" <<<"$3"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $1: ${3:0:400}"
    fi
}

# ask ACCOUNT WORDS...: with the secret of the account from its file.
ask() { local as=$1; shift; "$program" "$@" --record "$place/record" --as "$as" --secret-file "$place/$as" 2>&1 || true; }

"$program" init --record "$place/record" >"$place/init"
sed -n 's/^One-time secret: //p' "$place/init" >"$place/ADMIN"
for account in MD9 QM9; do
    echo "$account-has-a-long-secret" >"$place/$account"
    expect "account $account" "Recorded as entry" \
        "$(ask ADMIN account create --code "$account" --name "$account" --secret "$account-has-a-long-secret")"
done
expect "role of MD9" "Recorded as entry" \
    "$(ask ADMIN account assign --account MD9 --site MAIN --role medical_director)"
expect "role of QM9" "Recorded as entry" \
    "$(ask ADMIN account assign --account QM9 --site MAIN --role quality_manager)"
tables=${EXOLEDGER_DATA:-data}/facts
expect "nothing is in force before" "^0 rows" "$(ask MD9 setting list)"
expect "one person alone does not sign" "witness|second person" \
    "$(ask MD9 ruleset approve --code RS-1 --note First --tables "$tables")"
expect "two sign" "Recorded as entry" \
    "$(ask MD9 ruleset approve --code RS-1 --note First --tables "$tables" --witness QM9 \
        --witness-file "$place/QM9")"
expect "a limit is in force" "transport_minutes_most +60 " "$(ask MD9 setting list)"
expect "a fact is in force" "parenteral" "$(ask MD9 fact show routes iv)"
expect "the record is whole" "The record is whole" "$("$program" verify --record "$place/record" 2>&1)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
