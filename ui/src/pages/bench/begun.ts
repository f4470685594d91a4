// begun.ts: what was begun at this bench and not yet recorded; it survives a reload and another scan.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useSyncExternalStore } from "react";
import { vialCodes, type Pair } from "./pair";

export interface Begun {
    what: "thaw" | "dose";
    pair: Pair;
    at: string; // instant
    ended_at?: string; // of a thaw whose record is not written yet
}

const place = (site: string) => `bench:${site}`;
const listeners = new Set<() => void>();
let known: { text: string; rows: Begun[] } = { text: "", rows: [] };

function stored(site: string): Begun[] {
    const text = sessionStorage.getItem(place(site)) ?? "";
    if (text !== known.text) {
        let rows: Begun[] = [];
        try {
            rows = text ? (JSON.parse(text) as Begun[]) : [];
        } catch {
            sessionStorage.removeItem(place(site));
        }
        known = { text, rows };
    }
    return known.rows;
}

function put(site: string, rows: Begun[]): void {
    sessionStorage.setItem(place(site), JSON.stringify(rows));
    listeners.forEach((each) => each());
}

export function isOf(begun: Begun, what: Begun["what"], pair: Pair): boolean {
    return (
        begun.what === what &&
        begun.pair.patient === pair.patient &&
        vialCodes(begun.pair.vials) === vialCodes(pair.vials)
    );
}

export function begin(site: string, begun: Begun): void {
    put(site, [...stored(site).filter((each) => !isOf(each, begun.what, begun.pair)), begun]);
}

export function finish(site: string, what: Begun["what"], pair: Pair): void {
    put(
        site,
        stored(site).filter((each) => !isOf(each, what, pair)),
    );
}

export function useBegun(site: string): Begun[] {
    return useSyncExternalStore(
        (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
        () => stored(site),
    );
}

// A code that nobody has yet: kind, day and second by the record's clock, and the site.
export function suggested(kind: string, now_ms: number, site: string): string {
    const at = new Date(now_ms);
    const two = (n: number) => String(n).padStart(2, "0");
    const day = `${two(at.getFullYear() % 100)}${two(at.getMonth() + 1)}${two(at.getDate())}`;
    return `${kind}-${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}-${site}`.slice(
        0,
        24,
    );
}

// As a field for date and time shows it.
export function asTyped(ms: number): string {
    const at = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
    return at.toISOString().slice(0, 19);
}
