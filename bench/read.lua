-- read.lua: what wrk saw, in one line that a program can read.
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- wrk -s read.lua URL
-- Prints at the end: good answers, others, requests per second, p50, p99 in microseconds.
function done(summary, latency)
    local errors = summary.errors
    local bad = errors.status + errors.connect + errors.read + errors.write + errors.timeout
    print(string.format("result %d %d %.1f %.0f %.0f", summary.requests - errors.status, bad,
        summary.requests / (summary.duration / 1e6), latency:percentile(50),
        latency:percentile(99)))
end
