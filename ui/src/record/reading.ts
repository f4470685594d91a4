// reading.ts: rows and records of operations for pages, kept fresh.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { Refusal, rowOf, rowsOf, type Values } from "./ask";

export function makeClient(): QueryClient {
    return new QueryClient({
        defaultOptions: {
            queries: {
                staleTime: 5_000,
                // What was refused is refused again; what got lost may come the second time.
                retry: (count, fault) =>
                    fault instanceof Refusal && fault.kind === "lost" && count < 2,
                networkMode: "always",
            },
        },
    });
}

export interface Asked {
    enabled?: boolean;
    every_ms?: number; // asked again while the page is open
}

export function useRows<T>(name: string, input: Values = {}, asked: Asked = {}) {
    return useQuery({
        queryKey: ["read", name, input],
        queryFn: () => rowsOf<T>(name, input),
        enabled: asked.enabled ?? true,
        refetchInterval: asked.every_ms ?? false,
    });
}

export function useRow<T>(name: string, input: Values = {}, asked: Asked = {}) {
    return useQuery({
        queryKey: ["read", name, input],
        queryFn: () => rowOf<T>(name, input),
        enabled: asked.enabled ?? true,
        refetchInterval: asked.every_ms ?? false,
    });
}

// After something was recorded, everything that is shown is asked again.
export function useRefresh(): () => Promise<void> {
    const client = useQueryClient();
    return () => client.invalidateQueries({ queryKey: ["read"] });
}
