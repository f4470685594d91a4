// state.ts: what is searched, sorted and shown of a list; it stands in the address, so that a link shows the same.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useSearchParams } from "wouter";
import type { Field } from "../record/catalogue";

export interface ListState {
    search: string;
    sort: string; // "" in the order of the list
    descending: boolean;
    columns: string[] | null; // null: the usual ones
}

// Several lists on one page have names of their own before the dot.
const keyOf = (place: string, name: keyof ListState) => (place ? `${place}.${name}` : name);

// The server refuses to sort by what it cannot compare.
export function isSortable(field: Field): boolean {
    return !["list", "record", "file"].includes(field.kind);
}

function read(params: URLSearchParams, place: string, fields: Field[]): ListState {
    const get = (name: keyof ListState) => params.get(keyOf(place, name)) ?? "";
    const sort = fields.some((field) => field.name === get("sort") && isSortable(field))
        ? get("sort")
        : "";
    const columns = get("columns")
        .split(",")
        .filter((name) => fields.some((field) => field.name === name));
    return {
        search: get("search"),
        sort,
        descending: sort !== "" && get("descending") === "true",
        columns: columns.length ? columns : null,
    };
}

function write(params: URLSearchParams, place: string, state: ListState): URLSearchParams {
    const next = new URLSearchParams(params);
    const put = (name: keyof ListState, value: string) =>
        value ? next.set(keyOf(place, name), value) : next.delete(keyOf(place, name));
    put("search", state.search);
    put("sort", state.sort);
    put("descending", state.sort && state.descending ? "true" : "");
    put("columns", state.columns?.join(",") ?? "");
    return next;
}

export function useListState(
    place: string,
    fields: Field[],
): [ListState, (change: Partial<ListState>) => void] {
    const [params, setParams] = useSearchParams();
    const state = read(params, place, fields);
    return [
        state,
        (change) =>
            setParams(
                (before) => write(before, place, { ...read(before, place, fields), ...change }),
                { replace: true },
            ),
    ];
}

// The first press of a header sorts upwards, the second downwards, the third leaves the list as it is.
export function turned(state: ListState, name: string): Partial<ListState> {
    if (state.sort !== name) return { sort: name, descending: false };
    return state.descending ? { sort: "", descending: false } : { descending: true };
}
