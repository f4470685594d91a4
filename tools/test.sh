#!/bin/bash
# test.sh: unit, property and story tests with sanitizers, on SQLite.
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/steps.sh
. tools/steps.sh

begin_steps
if step build build_sanitized; then
    step units unit_tests "$sanitized" || true
    step story tell_story data/story build/check/records/story || true
fi
finish_steps
