// session.ts: who is signed in, what may they do, and what time is it in the record?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { keepProof, Refusal, send, type Values } from "./ask";
import { operation } from "./catalogue";

export interface Session {
    demo?: boolean;
    account: string;
    name: string;
    site: string;
    roles: string[];
    permissions: string[];
    now: string;
    csrf?: string;
    ends?: string;
    ahead_ms: number; // the record's time minus this machine's
}

async function take(answer: Response): Promise<Session> {
    const told = (await answer.json()) as Session;
    keepProof(told.csrf ?? "");
    return { ...told, ahead_ms: Date.parse(told.now) - Date.now() };
}

// Nobody is asked who they are before somebody signed in here: the answer would be a refusal.
const signed_in = "signed_in";

async function ask(): Promise<Session | null> {
    if (!localStorage.getItem(signed_in)) return null;
    try {
        return await take(await send("/api/session"));
    } catch (fault) {
        if (fault instanceof Refusal && fault.kind === "sign_in") return null;
        throw fault;
    }
}

const key = ["session"];

export function useSessionQuery() {
    return useQuery({ queryKey: key, queryFn: ask, staleTime: 60_000, refetchInterval: 300_000 });
}

// Only below the frame, which shows nothing before somebody is signed in.
export function useSession(): Session {
    const session = useQueryClient().getQueryData<Session | null>(key);
    if (!session) throw new Error("Nobody is signed in.");
    return session;
}

// A forgotten permission refuses: what is not in the list is not offered.
export function useMay(): (name: string) => boolean {
    const session = useSession();
    return (name) => session.permissions.includes(operation(name).permission);
}

// The record's clock; in a demonstration that is the story's and not the wall's.
export function useNow(): () => number {
    const { ahead_ms } = useSession();
    return () => Date.now() + ahead_ms;
}

const asJson = (method: string, values?: Values): RequestInit => ({
    method,
    body: values ? JSON.stringify(values) : undefined,
    headers: { "Content-Type": "application/json" },
});

export async function signIn(
    client: QueryClient,
    account: string,
    secret: string,
    site: string,
): Promise<void> {
    keepProof("");
    const session = await take(
        await send("/api/session", asJson("POST", { account, secret, ...(site ? { site } : {}) })),
    );
    localStorage.setItem(signed_in, "1");
    forget(client);
    client.setQueryData(key, session);
}

// What one person was shown is not shown to the next.
function forget(client: QueryClient): void {
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== key[0] });
}

export function signedOut(client: QueryClient): void {
    keepProof("");
    localStorage.removeItem(signed_in);
    forget(client);
    client.setQueryData(key, null);
}

export async function signOut(client: QueryClient): Promise<void> {
    await send("/api/session", { method: "DELETE" });
    signedOut(client);
}

export async function isDemo(): Promise<boolean> {
    return ((await (await send("/api/health")).json()) as { demo?: boolean }).demo === true;
}
