// verifying.ts: the record held against itself, range after range, then as a whole.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef, useState } from "react";
import { rowOf } from "../../record/ask";

export interface Checked {
    step: "entries" | "ledger" | "whole";
    first: number;
    last: number;
    size: number;
    verdict: "whole" | "broken" | "unknown";
    detail?: string;
    decisions: number;
    files: number;
    checkpoints: number;
    tables: number;
    unsigned_entries: number;
    root?: string;
}

export interface Verifying {
    state: "idle" | "running" | "stopped" | "failed" | "done";
    step: Checked["step"];
    done: number; // entries looked at
    size: number;
    broken: Checked[];
    finished: Checked[]; // what was told of the ledger and of the whole
    decisions: number;
    files: number;
    took_ms: number;
    fault: unknown;
}

const idle: Verifying = {
    state: "idle",
    step: "entries",
    done: 0,
    size: 0,
    broken: [],
    finished: [],
    decisions: 0,
    files: 0,
    took_ms: 0,
    fault: null,
};

// Ranges of a fortieth, so that one sees it move, but small enough to be answered soon.
const rangeOf = (size: number) => Math.max(10, Math.min(500, Math.ceil(size / 40)));

async function entries(
    put: (change: Partial<Verifying>) => void,
    is_stopped: () => boolean,
): Promise<Checked[]> {
    const broken: Checked[] = [];
    let [first, size, decisions, files] = [1, 1, 0, 0];
    while (first <= size && !is_stopped()) {
        const last = first + (size === 1 ? 10 : rangeOf(size)) - 1;
        const told = await rowOf<Checked>("record.verify", { step: "entries", first, last });
        if (told.verdict !== "whole") broken.push(told);
        [size, decisions, files] = [told.size, decisions + told.decisions, files + told.files];
        first = last + 1;
        put({ done: Math.min(last, size), size, decisions, files, broken: [...broken] });
    }
    return broken;
}

export function useVerifying() {
    const [now, setNow] = useState(idle);
    const run = useRef(0);
    useEffect(() => () => void run.current++, []);

    async function start(): Promise<void> {
        const own = ++run.current;
        const began = performance.now();
        const put = (change: Partial<Verifying>) => {
            if (run.current === own)
                setNow((before) => ({ ...before, ...change, took_ms: performance.now() - began }));
        };
        setNow({ ...idle, state: "running" });
        try {
            await entries(put, () => run.current !== own);
            const finished: Checked[] = [];
            for (const step of ["ledger", "whole"] as const) {
                if (run.current !== own) return;
                put({ step });
                finished.push(await rowOf<Checked>("record.verify", { step }));
                put({ finished: [...finished] });
            }
            put({ state: "done" });
        } catch (fault) {
            put({ state: "failed", fault });
        }
    }
    return {
        now,
        start,
        stop: () => {
            run.current++;
            setNow((before) => ({ ...before, state: "stopped" }));
        },
    };
}

// Whole only where every part said so; one that was not looked at leaves it unknown.
export function verdictOf(now: Verifying): Checked["verdict"] {
    const all = [...now.broken, ...now.finished];
    if (all.some((each) => each.verdict === "broken")) return "broken";
    return now.state === "done" &&
        now.finished.length === 2 &&
        all.every((each) => each.verdict === "whole")
        ? "whole"
        : "unknown";
}
