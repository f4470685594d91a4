// facts.ts: rows of a signed table of facts, each as the names of its columns and what they say.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from "@tanstack/react-query";
import { read } from "../../record/ask";

export interface Fact {
    code: string;
    entry: number; // that signed it
    says: Record<string, string>; // what is not stated is not there
}

// One that another row points to; it may be hidden by what is sought.
export interface Pointed extends Fact {
    shown: boolean;
}

interface Row {
    code: string;
    cells: { column: string; value: string }[];
    entry: number;
}

const PAGE = 1000;

// All of them: a table of facts is read in full or not at all.
async function factsOf(table: string): Promise<Fact[]> {
    const facts: Fact[] = [];
    for (let after = ""; ;) {
        const { rows } = await read<Row>("fact.list", {
            table,
            limit: PAGE,
            ...(after ? { after } : {}),
        });
        facts.push(
            ...rows.map((row) => ({
                code: row.code,
                entry: row.entry,
                says: Object.fromEntries(row.cells.map((cell) => [cell.column, cell.value])),
            })),
        );
        if (rows.length < PAGE) return facts;
        after = rows[rows.length - 1]!.code;
    }
}

export function useFacts(table: string) {
    return useQuery({
        queryKey: ["read", "fact.list", table],
        queryFn: () => factsOf(table),
        staleTime: 300_000,
    });
}
