// reading.ts: numbers and limits as a person reads them, from the words in which they are recorded.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { real, unit } from "../../words/show";
import type { Words } from "../../words/words";
import type { Limits } from "../../pictures/number_line";

const MOST_DIGITS = 6;

// The day in the zone of whoever reads, as the record writes days.
export function today(now_ms: number): string {
    const at = new Date(now_ms);
    const two = (part: number) => String(part).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

// What people typed keeps its digits; what was computed has up to seventeen, of which four are read.
export function brief(text: string | undefined): string {
    if (!text) return "";
    const digits = text
        .replace(/[eE].*$/, "")
        .replace(/\D/g, "")
        .replace(/^0+/, "");
    return digits.length <= MOST_DIGITS || !Number.isFinite(Number(text))
        ? real(text)
        : real(Number(text).toPrecision(4));
}

export function withUnit(text: string | undefined, of: string | undefined): string {
    const number = brief(text);
    return number && of ? `${number} ${unit(of)}` : number;
}

const ONE_SIDED = /^(<=|>=|<|>) (\S+)(?: (.+))?$/;
const BETWEEN = /^(\S+) to (\S+)(?: (.+))?$/;
const SIGNS: Record<string, string> = { "<=": "≤", ">=": "≥", "<": "<", ">": ">" };

// The limit as the record words it: "< 0.25 EU/ml", "7.0 to 7.6", "not_detected:not_applicable_allowed".
export function limitWords(asked: string | undefined, { choice }: Words): string {
    if (!asked) return "";
    const one = ONE_SIDED.exec(asked);
    if (one) return `${SIGNS[one[1]!]} ${withUnit(one[2], one[3])}`;
    const both = BETWEEN.exec(asked);
    if (both) return `${brief(both[1])} – ${withUnit(both[2], both[3])}`;
    return asked.split(":").map(choice).join(" · ");
}

export function limitsOf(asked: string | undefined): Limits {
    const one = ONE_SIDED.exec(asked ?? "");
    if (one) return one[1]!.startsWith("<") ? { high: Number(one[2]) } : { low: Number(one[2]) };
    const both = BETWEEN.exec(asked ?? "");
    return both ? { low: Number(both[1]), high: Number(both[2]) } : {};
}

// A fact may be several, one behind the other: each is told by itself where the whole is not known.
export function factWords(fact: string, { sentence }: Words): string {
    const whole = sentence(fact);
    return whole === fact ? fact.split(", ").map(sentence).join(", ") : whole;
}

// Reasons that the record made are told in the reader's language, those of people as they wrote them.
export function reasonWords(reason: string, { t, choice, sentence }: Words): string {
    const cause = /^(\S+): assigned cause (\S+)$/.exec(reason);
    if (cause) return t("lot.results.assigned", { code: cause[1]!, cause: choice(cause[2]!) });
    const retest = /^retest of (\S+)$/.exec(reason);
    if (retest) return t("lot.results.retest", { code: retest[1]! });
    return rulesIn(reason).length ? sentence(reason) : reason;
}

// "QC-13.flags/1: what was seen" names its rule first.
export function rulesIn(text: string | undefined): string[] {
    return [...(text ?? "").matchAll(/\b[A-Z]{2}-\d{2}\.[a-z_]+\/\d+/g)].map((each) => each[0]);
}
