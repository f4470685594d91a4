// sending.ts: sends what was asked to be recorded, once, however often the connection is lost.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef, useState } from "react";
import { record, Refusal, type Beside, type Receipt, type Values } from "../record/ask";

export type Sending = "typing" | "sending" | "lost" | "done";

const RETRY_MS = 3000;

// lost: kept in memory with its secrets and sent again by itself with the same key, so that the
// record takes it once even if the first attempt did arrive.
export function useSending(name: string, done: (receipt: Receipt) => void) {
    const [state, setState] = useState<Sending>("typing");
    const [fault, setFault] = useState<unknown>(null);
    const [receipt, setReceipt] = useState<Receipt | null>(null);
    const waiting = useRef<{ input: Values; beside: Beside } | null>(null);
    const busy = useRef(false);

    async function attempt(): Promise<void> {
        const what = waiting.current;
        if (!what || busy.current) return;
        busy.current = true;
        setState((before) => (before === "lost" ? "lost" : "sending"));
        try {
            const answer = await record(name, what.input, what.beside);
            waiting.current = null;
            setReceipt(answer);
            setFault(null);
            setState("done");
            done(answer);
        } catch (each) {
            const again =
                each instanceof Refusal && (each.kind === "lost" || each.kind === "unknown");
            if (!again) waiting.current = null;
            setFault(each);
            setState(again ? "lost" : "typing");
        } finally {
            busy.current = false;
        }
    }

    const latest = useRef(attempt);
    latest.current = attempt;
    useEffect(() => {
        if (state !== "lost") return;
        const again = () => void latest.current();
        const timer = setInterval(again, RETRY_MS);
        window.addEventListener("online", again);
        return () => {
            clearInterval(timer);
            window.removeEventListener("online", again);
        };
    }, [state]);

    return {
        state,
        fault,
        receipt,
        send: (input: Values, beside: Beside) => {
            waiting.current = { input, beside };
            setFault(null);
            void attempt();
        },
        // What was already sent may have arrived: the key stays, so that a later attempt finds out.
        hold: () => {
            waiting.current = null;
            setState("typing");
        },
        restart: () => {
            setReceipt(null);
            setState("typing");
        },
    };
}
