// judgement.ts: may these vials go into this person now? Asked again and again, never kept.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { rowsOf, type Values } from "../../record/ask";
import { serials } from "../../words/show";
import type { Pair } from "./pair";
import type { Person } from "./person";
import { isAnswered, type StepName } from "./preparation";

export interface Finding {
    rule: string;
    verdict: string;
    fact: string;
    limit: string;
    todo?: StepName; // nobody answered it yet; that step does
}

// idle: one of the two is not scanned; asking: no answer yet; lost: none came; old: it was too long ago.
export type Standing = "idle" | "asking" | "lost" | "old" | "known";
export interface Judgement {
    standing: Standing;
    verdict: "given" | "not" | "unknown";
    findings: Finding[];
    at: number; // when it was answered, by the clock of this machine
    greyed: boolean; // it is being asked again
    fault: unknown;
    again: () => void;
}

const AGAIN_MS = 30_000;
const OLD_MS = 45_000; // one question may fail to be asked; not two
const weights = ["met", "unknown", "not_met"];

const weight = (verdict: string) =>
    Math.max(weights.indexOf(verdict), weights.includes(verdict) ? 0 : 1);

// The worst of all vials speaks for a rule.
function worst(lists: Finding[][], pair: Pair): Finding[] {
    const found = new Map<string, Finding>();
    lists.forEach((rows, i) =>
        rows.forEach((row) => {
            const before = found.get(row.rule);
            const differs = before && before.fact !== row.fact;
            if (before && weight(before.verdict) >= weight(row.verdict)) return;
            const serial = serials(pair.vials[i]?.serial, undefined);
            found.set(row.rule, differs ? { ...row, fact: `${serial}: ${row.fact}` } : row);
        }),
    );
    return [...found.values()];
}

// A question that nobody has answered yet is unknown; an answer that does not do is not met.
function withSteps(rows: Finding[], person: Person, prepared: Values): Finding[] {
    return rows.map((row) => {
        if (row.verdict === "met") return row;
        if (row.rule.startsWith("PT-07.") && !person.check) return { ...row, todo: "check" };
        if (row.rule.startsWith("AD-06.") && !person.thaw) return { ...row, todo: "thaw" };
        const asked = row.rule.startsWith("RL-09.")
            ? ["made_to_specification"]
            : row.rule.startsWith("AD-09.")
              ? ["emergency_ready", "adrenaline_until", "emergency_doctor", "emergency_hospital"]
              : row.rule.startsWith("AD-07.")
                ? ["diluent_ul", "diluent_eu_per_ml"]
                : [];
        if (asked.some((name) => !isAnswered(prepared[name])))
            return {
                ...row,
                verdict: row.rule.startsWith("AD-07.") ? row.verdict : "unknown",
                todo: "prepare",
            };
        return row;
    });
}

function verdictOf(findings: Finding[]): Judgement["verdict"] {
    if (findings.some((each) => each.verdict === "not_met")) return "not";
    return findings.length && findings.every((each) => each.verdict === "met")
        ? "given"
        : "unknown";
}

// Re-renders once a second, for clocks and for answers that grow old.
export function useSeconds(): void {
    const [, tick] = useState(0);
    useEffect(() => {
        const timer = setInterval(() => tick((n) => n + 1), 1000);
        return () => clearInterval(timer);
    }, []);
}

function useOffline(): boolean {
    const [offline, setOffline] = useState(!navigator.onLine);
    useEffect(() => {
        const look = () => setOffline(!navigator.onLine);
        window.addEventListener("online", look);
        window.addEventListener("offline", look);
        return () => {
            window.removeEventListener("online", look);
            window.removeEventListener("offline", look);
        };
    }, []);
    return offline;
}

function questions(pair: Pair, person: Person, prepared: Values): Values[] {
    return pair.vials.map((vial) => ({
        plan: person.plan?.code,
        lot: vial.lot,
        serial: vial.serial,
        same_day: person.check?.code,
        thaw: person.thaw?.code,
        ...prepared,
    }));
}

// prepared: what of the preparation is answered rightly, as the record wants it.
export function useJudgement(pair: Pair, person: Person, prepared: Values): Judgement {
    useSeconds();
    const offline = useOffline();
    const complete = !!pair.patient && pair.vials.length > 0;
    const asked = questions(pair, person, prepared);
    const asking = useQuery({
        queryKey: ["read", "dose.check", asked],
        queryFn: () => Promise.all(asked.map((each) => rowsOf<Finding>("dose.check", each))),
        enabled: complete && person.ready && !!person.plan,
        staleTime: 0,
        gcTime: 0,
        retry: false,
        refetchInterval: AGAIN_MS,
        refetchIntervalInBackground: true,
    });
    const again = () => {
        person.again();
        void asking.refetch();
    };
    const before = useRef(offline);
    useEffect(() => {
        if (before.current && !offline) again(); // what was true before the connection was lost is not taken on
        before.current = offline;
    }, [offline]);
    const none = {
        verdict: "unknown" as const,
        findings: [],
        at: 0,
        greyed: false,
        fault: null,
        again,
    };
    if (!complete) return { ...none, standing: "idle" };
    const fault = person.fault ?? asking.error;
    if (fault || offline) return { ...none, standing: "lost", fault };
    if (person.ready && !person.plan) return { ...none, standing: "known" };
    if (!asking.data) return { ...none, standing: "asking" };
    const findings = withSteps(worst(asking.data, pair), person, prepared);
    const at = asking.dataUpdatedAt;
    if (Date.now() - at > OLD_MS) return { ...none, at, findings, standing: "old" };
    return {
        ...none,
        standing: "known",
        at,
        findings,
        verdict: verdictOf(findings),
        greyed: asking.isFetching,
    };
}
