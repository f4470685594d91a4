// tick.ts: running clocks are drawn again: each second where minutes count, else each half minute.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useState } from "react";
import type { WaitingRow } from "./waiting";

export function useTick(rows: WaitingRow[] | undefined): void {
    const [, setTicks] = useState(0);
    const fast = rows?.some((row) => row.due_at) ?? false;
    useEffect(() => {
        const timer = setInterval(() => setTicks((before) => before + 1), fast ? 1_000 : 30_000);
        return () => clearInterval(timer);
    }, [fast]);
}
