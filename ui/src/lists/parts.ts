// parts.ts: the rows of a long list, asked for part by part as they come into sight.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { read, type Values } from "../record/ask";

const PART_ROWS = 100;
const SHORT_LIST = 2000; // of which every part may be asked for while somebody scrolls

export interface Order {
    search?: string;
    sort?: string;
    descending?: boolean;
}

function part(name: string, input: Values, order: Order, number: number) {
    return {
        queryKey: ["read", name, input, "part", order, number],
        queryFn: ({ signal }: { signal: AbortSignal }) =>
            read<Values>(
                name,
                { ...input, ...order, skip: number * PART_ROWS, take: PART_ROWS },
                signal,
            ),
    };
}

// The first part: how many rows there are, and whether they can be had at all. While another search is
// under way, the rows of the one before stay, and isPlaceholderData says so.
export function useFirstPart(name: string, input: Values, order: Order) {
    return useQuery({ ...part(name, input, order, 0), placeholderData: keepPreviousData });
}

export interface Parts {
    at: (index: number) => Values | undefined; // undefined: not here yet
    fault: unknown;
    again: () => void;
}

// from and to are rows in sight. While they fly past, a long list asks for nothing.
export function useParts(
    name: string,
    input: Values,
    order: Order,
    first: Values[],
    count: number,
    sight: { from: number; to: number; flying: boolean },
): Parts {
    const numbers: number[] = [];
    for (
        let number = Math.floor(sight.from / PART_ROWS);
        number <= Math.floor(sight.to / PART_ROWS);
        number++
    )
        if (number > 0) numbers.push(number);
    const asked = useQueries({
        queries: numbers.map((number) => ({
            ...part(name, input, order, number),
            enabled: !sight.flying || count <= SHORT_LIST,
        })),
    });
    const failed = asked.find((each) => each.error);
    return {
        at: (index) => {
            const number = Math.floor(index / PART_ROWS);
            return number === 0
                ? first[index]
                : asked[numbers.indexOf(number)]?.data?.rows[index - number * PART_ROWS];
        },
        fault: failed?.error ?? null,
        again: () => asked.filter((each) => each.error).forEach((each) => void each.refetch()),
    };
}
