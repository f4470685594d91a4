// export_kind.ts: what wrote a file, by what stands in it, and what it says of itself before it is recorded.
// SPDX-License-Identifier: AGPL-3.0-or-later

export type ExportKind = "report" | "nanosight" | "nanosight_tracks" | "zetaview" | "unknown";

export interface Export {
    kind: ExportKind;
    operation: string; // that takes it; "" where the record takes no such file
    member: string; // of that operation's input
    lines: string[]; // of its head, as they stand there
    start: { [name: string]: string }; // what the form can begin with
}

const HEAD_LINES = 24;

function kindOf(text: string): ExportKind {
    const head = text.slice(0, 4000);
    if (/^\s*\{/.test(text) && /"program"\s*:\s*"exoledger /.test(head)) return "report";
    if (/^\uFEFF?NTA Experiment Summary File/i.test(head)) return "nanosight";
    if (/^\uFEFF?"?Particle ID/i.test(head)) return "nanosight_tracks";
    return /zetaview/i.test(head) ? "zetaview" : "unknown";
}

interface Report {
    program?: string;
    files?: { name: string; frames: number; sized_tracks: number }[];
    settings?: { exposure_assumed?: boolean; temperature_c?: number };
    worst_flag?: string;
    concentration?: { per_ml?: number; dilution?: number } | null;
    flags?: { name: string; state: string; effect: string }[];
}

// The report as an object, or null where it is cut or no JSON; the record says why.
export function reportOf(text: string): Report | null {
    try {
        return JSON.parse(text) as Report;
    } catch {
        return null;
    }
}

// Lines of a table of numbers say nothing to a reader; the head ends before them.
function headOf(text: string): string[] {
    const lines = text.split(/\r?\n/).map((line) => line.replace(/[\t,;]+/g, "  ").trim());
    const numbers = lines.findIndex((line) => /^[-\d.]+(\s+[-\d.eE+]+){2,}$/.test(line));
    return lines
        .slice(0, numbers < 0 ? lines.length : numbers)
        .filter(Boolean)
        .slice(0, HEAD_LINES);
}

export function look(text: string): Export {
    const kind = kindOf(text);
    if (kind === "report") {
        const dilution = reportOf(text)?.concentration?.dilution;
        return {
            kind,
            operation: "assay.measure",
            member: "report",
            lines: [],
            start: dilution ? { dilution: String(dilution) } : {},
        };
    }
    const operation = kind === "nanosight" ? "assay.count" : "";
    return { kind, operation, member: operation ? "file" : "", lines: headOf(text), start: {} };
}
