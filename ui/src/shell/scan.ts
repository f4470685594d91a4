// scan.ts: what a scanner types, and which page it is for.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef } from "react";

// A wedge types a code faster than a person and ends it with Enter. The median of all keys tells
// them apart, because a busy machine may be late with one of them.
const FASTEST_PERSON_MS = 45;
const PAUSE_MS = 250; // what came before a longer one was another word
const ENTER_MS = 1000;
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

// Within data-wedge a scan is taken even while a field has the focus: what the scanner typed into it
// is taken out again, and its Enter sends no form. A code begins with capital letters and a hyphen.
const CODE = /^(\][A-Za-z]\d)?[A-Z]{1,4}-[0-9A-Za-z-]+$/;

function median(numbers: number[]): number {
    return (
        [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Infinity
    );
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function takenFrom(field: Field, before: string): void {
    const kind = Object.getPrototypeOf(field) as object;
    Object.getOwnPropertyDescriptor(kind, "value")?.set?.call(field, before);
    field.dispatchEvent(
        new Event(field instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }),
    );
}

function fieldOf(target: EventTarget | null): Field | null {
    return target instanceof HTMLInputElement ||
        target instanceof HTMLTextAreaElement ||
        target instanceof HTMLSelectElement
        ? target
        : null;
}

function isForPage(field: Field | null, typed: string): boolean {
    return (
        !field ||
        (field.dataset["scan"] === undefined && !!field.closest("[data-wedge]") && CODE.test(typed))
    );
}

// Listens to the whole page. Fields that ask for scans themselves carry data-scan and are left alone.
export function listenToWedge(): () => void {
    let typed = "";
    let before = ""; // what stood in the field when the typing began
    let pauses: number[] = [];
    let last = 0;
    const isFast = () => typed.length >= SHORTEST && median(pauses) <= FASTEST_PERSON_MS;
    function key(event: KeyboardEvent) {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const field = fieldOf(event.target);
        const pause = event.timeStamp - last;
        if (event.key === "Enter" && pause <= ENTER_MS && isFast() && isForPage(field, typed)) {
            event.preventDefault();
            event.stopPropagation();
            const code = typed;
            typed = "";
            if (field) takenFrom(field, before);
            scanned(code);
        } else if (event.key.length === 1) {
            if (pause > PAUSE_MS) typed = "";
            if (!typed) {
                before = field?.value ?? "";
                pauses = [];
            } else pauses.push(pause);
            typed += event.key;
            last = event.timeStamp;
        } else if (event.key !== "Shift") typed = "";
    }
    window.addEventListener("keydown", key, true);
    return () => window.removeEventListener("keydown", key, true);
}
