-- write.lua: each request records one specimen, with a code and a key of its own.
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- wrk -s write.lua URL -- PREFIX COOKIE PROOF DONOR DAY
-- Prints at the end: answers 201, other answers, requests per second, p50 and p99 in microseconds.
local number = 0
local prefix, donor, day, headers
local good, other = 0, 0

local threads = {}
function setup(thread)
    thread:set("id", #threads)
    table.insert(threads, thread)
end

function init(args)
    prefix, donor, day = args[1] .. "-" .. id, args[4], args[5]
    headers = {["Cookie"] = args[2], ["X-CSRF-Token"] = args[3],
               ["Content-Type"] = "application/json", ["Host"] = "bench"}
    made, refused = 0, 0
end

function request()
    number = number + 1
    local code = prefix .. "-" .. number
    headers["Idempotency-Key"] = code
    return wrk.format("POST", "/api/donors/" .. donor .. "/specimens", headers,
        '{"code": "' .. code .. '", "drawn_on": "' .. day .. '", "tubes": 3}')
end

function response(status)
    if status == 201 then made = made + 1 else refused = refused + 1 end
end

function done(summary, latency)
    for _, thread in ipairs(threads) do
        good = good + thread:get("made")
        other = other + thread:get("refused")
    end
    print(string.format("result %d %d %.1f %.0f %.0f", good, other,
        good / (summary.duration / 1e6), latency:percentile(50), latency:percentile(99)))
end
