// ask.ts: one question to the record, and its answer or the sentence that refused it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { operation, type Operation } from "./catalogue";

export type Value =
    string | number | boolean | null | undefined | Value[] | { [name: string]: Value };
export type Values = { [name: string]: Value };

// As the server words it: input, sign_in, forbidden, missing, conflict, rule, too_large,
// too_often, storage, unknown; lost is ours, where no answer came.
export class Refusal extends Error {
    constructor(
        readonly kind: string,
        readonly field: string,
        readonly rules: string[],
        readonly text: string,
        readonly request: number,
        readonly status: number,
    ) {
        super(text);
    }
}

export interface Receipt {
    entry: { seq: number; hash: string; at: string; operation: string; subject: string };
    body: Values;
    followed: { seq: number; operation: string; subject: string; body: Values }[];
}

// What goes with the input of an operation that records.
export interface Beside {
    key: string; // the same for every attempt: recorded once however often it is sent
    reason?: string;
    occurred_at?: string;
    signature?: { secret: string };
    witness?: { account: string; secret: string };
}

let proof = "";

export function keepProof(csrf: string): void {
    proof = csrf;
}

function zone(): string {
    const minutes = -new Date().getTimezoneOffset();
    const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
    const size = Math.abs(minutes);
    return `${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}

function lost(): Refusal {
    return new Refusal("lost", "", [], "No answer came.", 0, 0);
}

// Who listens when a session has ended.
const listeners = new Set<() => void>();
export function whenSignedOut(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

async function refusalOf(answer: Response): Promise<Refusal> {
    try {
        const told = await answer.json();
        return new Refusal(
            told.fault,
            told.field ?? "",
            told.rules ?? [],
            told.text ?? "",
            told.request ?? 0,
            answer.status,
        );
    } catch {
        // A proxy in front answers with pages of its own.
        return answer.status >= 500
            ? lost()
            : new Refusal("storage", "", [], `HTTP ${answer.status}`, 0, answer.status);
    }
}

export async function send(path: string, init: RequestInit = {}): Promise<Response> {
    let answer: Response;
    try {
        answer = await fetch(path, {
            ...init,
            credentials: "same-origin",
            headers: {
                "X-Zone": zone(),
                ...(proof ? { "X-CSRF-Token": proof } : {}),
                ...init.headers,
            },
        });
    } catch {
        throw lost();
    }
    if (answer.ok) return answer;
    const refusal = await refusalOf(answer);
    if (refusal.kind === "sign_in" && !refusal.field && path !== "/api/session")
        listeners.forEach((each) => each());
    throw refusal;
}

async function json<T>(path: string, init: RequestInit = {}): Promise<T> {
    const answer = await send(path, init);
    try {
        return (await answer.json()) as T;
    } catch {
        throw lost(); // the connection broke in the middle
    }
}

function inPath(template: string, input: Values, used: Set<string>): string {
    return template.replace(/\{(\w+)\}/g, (_, name: string) => {
        used.add(name);
        return encodeURIComponent(String(input[name] ?? ""));
    });
}

// The address of a read, for links that save a file and for questions.
export function address(name: string, input: Values = {}): string {
    const used = new Set<string>();
    const path = inPath(operation(name).path, input, used);
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(input))
        if (!used.has(key) && value !== undefined && value !== null && value !== "")
            query.append(key, String(value));
    const text = query.toString();
    return text ? `${path}?${text}` : path;
}

interface Read<T> {
    position: number;
    row: T;
    rows: T[];
    count?: number;
}

export async function read<T>(
    name: string,
    input: Values = {},
    signal?: AbortSignal,
): Promise<Read<T>> {
    return json<Read<T>>(address(name, input), signal ? { signal } : {});
}

export async function rowsOf<T>(name: string, input: Values = {}): Promise<T[]> {
    return (await read<T>(name, input)).rows;
}

export async function rowOf<T>(name: string, input: Values = {}): Promise<T> {
    return (await read<T>(name, input)).row;
}

function body(of: Operation, input: Values, beside: Beside): [string, string] {
    const used = new Set<string>();
    const path = inPath(of.path, input, used);
    const { key: _key, ...around } = beside;
    const own = Object.fromEntries(
        Object.entries(input).filter(
            ([name, value]) => !used.has(name) && value !== undefined && value !== "",
        ),
    );
    return [path, JSON.stringify({ ...own, ...around })];
}

export async function record(name: string, input: Values, beside: Beside): Promise<Receipt> {
    const [path, text] = body(operation(name), input, beside);
    return json<Receipt>(path, {
        method: "POST",
        body: text,
        headers: { "Content-Type": "application/json", "Idempotency-Key": beside.key },
    });
}

export function newKey(): string {
    return crypto.randomUUID
        ? crypto.randomUUID()
        : [...crypto.getRandomValues(new Uint8Array(16))]
              .map((n) => n.toString(16).padStart(2, "0"))
              .join("");
}
