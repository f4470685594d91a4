// show.ts: a date, a number, a unit as its reader writes it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { words } from "./words";

const locale = () => (words.language === "ja" ? "ja-JP" : "en-GB");

// 2025-10-21, a day without a time of day.
export function day(text: string | undefined): string {
    if (!text) return "";
    const [year, month, date] = text.slice(0, 10).split("-").map(Number);
    if (!year || !month || !date) return text;
    return new Intl.DateTimeFormat(locale(), {
        year: "numeric",
        month: words.language === "ja" ? "long" : "short",
        day: "numeric",
        timeZone: "UTC",
    }).format(Date.UTC(year, month - 1, date));
}

// RFC 3339, in the zone of this machine.
export function instant(text: string | undefined, seconds = false): string {
    const at = text ? new Date(text) : null;
    if (!at || Number.isNaN(at.getTime())) return text ?? "";
    return new Intl.DateTimeFormat(locale(), {
        year: "numeric",
        month: words.language === "ja" ? "long" : "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
        ...(seconds ? { second: "2-digit" } : {}),
    }).format(at);
}

export function clock(text: string | undefined): string {
    const at = text ? new Date(text) : null;
    if (!at || Number.isNaN(at.getTime())) return text ?? "";
    return new Intl.DateTimeFormat(locale(), {
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
    }).format(at);
}

export function whole(value: number | undefined): string {
    return value === undefined ? "" : new Intl.NumberFormat(locale()).format(value);
}

const raised: Record<string, string> = {
    "-": "⁻",
    "0": "⁰",
    "1": "¹",
    "2": "²",
    "3": "³",
    "4": "⁴",
    "5": "⁵",
    "6": "⁶",
    "7": "⁷",
    "8": "⁸",
    "9": "⁹",
};

// A quotient that the program computed has more digits than anybody measured.
const MOST_DIGITS = 7;
function shortened(text: string): string {
    const digits = text
        .replace(/[eE].*$/, "")
        .replace(/\D/g, "")
        .replace(/^0+/, "");
    return digits.length > MOST_DIGITS && Number.isFinite(Number(text))
        ? String(Number(Number(text).toPrecision(5)))
        : text;
}

// A real is kept as it was entered and shown with the same digits: 1.22e10 is 1.22 × 10¹⁰.
export function real(entered: string | undefined): string {
    const text = entered === undefined ? undefined : shortened(entered);
    const found = /^(-?\d+)(\.\d+)?(?:[eE]\+?(-?\d+))?$/.exec(text ?? "");
    if (!found) return text ?? "";
    const [, integer, fraction = "", exponent] = found;
    const sign = integer!.startsWith("-") ? "−" : "";
    const digits = integer!.replace("-", "").replace(/\B(?=(\d{3})+$)/g, ",");
    const power = exponent
        ? ` × 10${[...exponent.replace(/^(-?)0+(?=\d)/, "$1")].map((c) => raised[c] ?? c).join("")}`
        : "";
    return `${sign}${digits}${fraction}${power}`;
}

const units: Record<string, string> = {
    ul: "µL",
    uL: "µL",
    "1/min": "/min",
    "1/cm2": "/cm²",
    "ml/min": "mL/min",
    us: "µs",
    "EU/kg/h": "EU/kg/h",
    ml: "mL",
    "1/ml": "/mL",
    "particles/ml": "particles/mL",
    ug: "µg",
    um: "µm",
    "ug/ml": "µg/mL",
    "EU/ml": "EU/mL",
    c: "°C",
    C: "°C",
    cm2: "cm²",
    percent: "%",
    "um2/s": "µm²/s",
    minutes: "min",
};
// What is counted has a word in each language.
const counted = new Set([
    "vials",
    "days",
    "cells",
    "labels",
    "years",
    "yen",
    "particles",
    "months",
    "min",
    "h",
    "s",
]);
export function unit(text: string | undefined): string {
    return text ? (units[text] ?? (counted.has(text) ? words.t(`unit.${text}`) : text)) : "";
}

// Volumes are whole microlitres in the record; from one millilitre on they are read in millilitres.
export function volume(ul: number | undefined): string {
    if (ul === undefined) return "";
    const fixed = (n: number, digits: number) =>
        new Intl.NumberFormat(locale(), {
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
        }).format(n);
    return Math.abs(ul) >= 1000 ? `${fixed(ul / 1000, 3)} mL` : `${whole(ul)} µL`;
}

// A time that runs or has run: 1:05 h, 12 min, 45 s.
export function span(ms: number): string {
    const seconds = Math.round(Math.abs(ms) / 1000);
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    if (days >= 2) return words.t("span.days", { days, hours: hours % 24 });
    if (hours >= 1) return words.t("span.hours", { hours, minutes: minutes % 60 });
    if (minutes >= 10) return words.t("span.minutes", { minutes });
    return words.t("span.seconds", { minutes, seconds: String(seconds % 60).padStart(2, "0") });
}

export function serials(first: number | undefined, last: number | undefined): string {
    const four = (n: number) => String(n).padStart(4, "0");
    if (first === undefined) return "";
    return last === undefined || last === first ? four(first) : `${four(first)}–${four(last)}`;
}
