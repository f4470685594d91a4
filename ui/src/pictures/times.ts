// times.ts: round times of day for an axis, in the zone of this machine.
// SPDX-License-Identifier: AGPL-3.0-or-later

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const steps = [
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
];

export interface TimeTick {
    at: number; // milliseconds since 1970
    day: boolean; // the first of its day, where the date is written
}

// From local midnight on, so that ticks are hours of the wall's clock.
export function timeTicks(from: number, until: number, most: number): TimeTick[] {
    const step =
        steps.find((each) => (until - from) / each <= most) ?? (until - from) / Math.max(1, most);
    const midnight = new Date(from);
    midnight.setHours(0, 0, 0, 0);
    const ticks: TimeTick[] = [];
    let before = "";
    for (let at = midnight.getTime(); at <= until; at += step) {
        if (at < from) continue;
        const date = new Date(at).toDateString();
        ticks.push({ at, day: date !== before });
        before = date;
    }
    return ticks;
}
