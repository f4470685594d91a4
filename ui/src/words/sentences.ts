// sentences.ts: an English sentence of the record, found again by its pattern, in Japanese.
// SPDX-License-Identifier: AGPL-3.0-or-later

interface Pattern {
    matches: RegExp;
    japanese: string;
    weight: number; // letters that are no holes: the more, the surer
}

const hole = /%(?:(\d+)\$)?(?:[-+ 0#]*\d*(?:\.\d+)?)(lld|llu|zu|ld|lu|[sdiugfc])|%%/g;
const special = /[.*+?^${}()|[\]\\]/g;
const SAYING = 6;
let patterns: Pattern[] = [];
let choiceOf: (word: string) => string | undefined = () => undefined;
const known = new Map<string, string>();

function compile([english, japanese]: [string, string]): Pattern {
    let source = "";
    let from = 0;
    let weight = 0;
    // A few letters between holes, as in "%s of %s", say too little to take apart what people wrote.
    const loose = english.replace(hole, "").length < SAYING ? "(\\S*?)" : "([\\s\\S]*?)";
    for (const found of english.matchAll(hole)) {
        const fixed = english.slice(from, found.index);
        weight += fixed.length;
        source += fixed.replace(special, "\\$&");
        source +=
            found[0] === "%%" ? "%" : found[2] === "s" || found[2] === "c" ? loose : "([-+0-9.e]+)";
        from = found.index + found[0].length;
    }
    weight += english.length - from;
    return {
        matches: new RegExp(`^${source}${english.slice(from).replace(special, "\\$&")}$`),
        japanese,
        weight,
    };
}

export function useSentences(
    pairs: [string, string][],
    choice: (word: string) => string | undefined,
): void {
    choiceOf = choice;
    patterns = pairs.map(compile).sort((one, other) => other.weight - one.weight);
    known.clear();
}

// Holes may hold sentences themselves, such as facts of a rule.
function fill(japanese: string, holes: string[], depth: number): string {
    let next = 0;
    return japanese.replace(hole, (whole, place: string | undefined) => {
        if (whole === "%%") return "%";
        const value = holes[place ? Number(place) - 1 : next++] ?? "";
        return depth < 3 ? find(value, depth + 1) : value;
    });
}

function find(english: string, depth: number): string {
    if (!/[A-Za-z]{2}/.test(english)) return english;
    for (const pattern of patterns) {
        if (pattern.weight < 3) break;
        const found = pattern.matches.exec(english);
        if (found) return fill(pattern.japanese, found.slice(1), depth);
    }
    if (depth > 0 && /^[a-z][a-z0-9_]*$/.test(english)) return choiceOf(english) ?? english;
    return depth < 3 ? headed(english, depth) : english;
}

// A fact is often a short head, a colon and what was found: "holds: 0 open".
function headed(english: string, depth: number): string {
    const [, head, rest] = /^([a-z][a-z ]{1,40}): ([\s\S]+)$/.exec(english) ?? [];
    if (!head || !rest) return english;
    const japanese = find(head, depth + 1);
    return japanese === head ? english : `${japanese}: ${find(rest, depth + 1)}`;
}

export function translate(english: string): string {
    const before = known.get(english);
    if (before !== undefined) return before;
    const japanese = find(english, 0);
    if (patterns.length) known.set(english, japanese);
    return japanese;
}
