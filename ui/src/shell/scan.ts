// scan.ts: what a scanner types, and which page it is for.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef } from "react";

// A wedge types a code faster than a person and ends it with Enter.
const FASTEST_PERSON_MS = 45;
const SHORTEST = 4;

type Listener = (code: string) => void;
const listeners: Listener[] = [];

// The newest listener gets the code: a dialog before its page.
export function useScan(listener: Listener): void {
    const latest = useRef(listener);
    latest.current = listener;
    useEffect(() => {
        const each: Listener = (code) => latest.current(code);
        listeners.push(each);
        return () => void listeners.splice(listeners.indexOf(each), 1);
    }, []);
}

export function scanned(code: string): void {
    listeners[listeners.length - 1]?.(code);
}

// Listens to the whole page. Fields that ask for scans themselves carry data-scan and are left alone.
export function listenToWedge(): () => void {
    let typed = "";
    let last = 0;
    function key(event: KeyboardEvent) {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const field = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
        if (event.timeStamp - last > FASTEST_PERSON_MS) typed = "";
        last = event.timeStamp;
        if (event.key === "Enter" && typed.length >= SHORTEST && !field) {
            event.preventDefault();
            event.stopPropagation();
            const code = typed;
            typed = "";
            scanned(code);
        } else if (event.key.length === 1) typed += event.key;
    }
    window.addEventListener("keydown", key, true);
    return () => window.removeEventListener("keydown", key, true);
}
