// index.tsx: may this vial go into this person now, and what is done when it may?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { PageHead, Section } from "../../pieces/section";
import type { Receipt } from "../../record/ask";
import { members } from "../../record/catalogue";
import { useMay, useNow } from "../../record/session";
import { useScan } from "../../shell/scan";
import { Mark } from "../../pieces/verdict";
import { useWords } from "../../words/words";
import { Clocks } from "./clocks";
import { Given } from "./given";
import { useJudgement } from "./judgement";
import { nobody, scan, vialCode, vialCodes, type Pair } from "./pair";
import { usePerson } from "./person";
import { preparationFields, rightly, type StepName } from "./preparation";
import { ScanPanel, type Said } from "./scan_panel";
import { Steps } from "./steps";
import { tellApart, type Told } from "./told_apart";
import { VerdictPanel, VerdictStrip } from "./verdict_panel";
import classes from "./bench.module.css";

export default function BenchPage() {
    const { t, title } = useWords();
    const may = useMay();
    return (
        <>
            <PageHead title={t("bench.title")} />
            {may("dose.check") ? (
                <Bench />
            ) : (
                <Mark tone="held">{t("form.forbidden", { what: title("dose.check") })}</Mark>
            )}
        </>
    );
}

// Day of an instant where this machine stands, as the record writes days.
function today(now_ms: number): string {
    const at = new Date(now_ms);
    const two = (n: number) => String(n).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function saidOf(
    told: Told,
    did: string,
    before: Pair,
    t: (key: string, v?: Record<string, string>) => string,
): Said {
    if (told.kind === "other")
        return { tone: "bad", text: t("bench.said_other", { code: told.code }) };
    if (told.kind === "fault")
        return { tone: "unknown", text: t("bench.said_fault", { code: told.code }) };
    const code = told.kind === "vial" ? vialCode(told.vial) : told.patient;
    const put = [vialCodes(before.vials), before.patient].filter(Boolean).join(" · ");
    return {
        tone: did === "anew" ? "unknown" : "plain",
        text: t(`bench.said_${did}_${told.kind}`, { code, before: put }),
    };
}

// Scans are taken one after the other, however fast they come.
function useScans(pair: Pair, wanted: number, take: (pair: Pair, anew: boolean) => void) {
    const { t } = useWords();
    const [said, setSaid] = useState<Said | null>(null);
    const latest = useRef({ pair, wanted, take });
    latest.current = { pair, wanted, take };
    const line = useRef<Promise<void>>(Promise.resolve());
    function found(code: string): void {
        line.current = line.current.then(async () => {
            const told = await tellApart(code);
            const before = latest.current.pair;
            if (told.kind !== "vial" && told.kind !== "patient")
                return setSaid(saidOf(told, "", before, t));
            const [next, did] = scan(before, told, latest.current.wanted);
            setSaid(saidOf(told, did, before, t));
            if (did === "same") return;
            latest.current.pair = next;
            latest.current.take(next, did === "anew");
        });
    }
    return { said, setSaid, found };
}

function Bench() {
    const now = useNow();
    const [search] = useSearchParams();
    const [pair, setPair] = useState<Pair>(nobody);
    const [receipt, setReceipt] = useState<Receipt | null>(null);
    const [asked, setAsked] = useState<StepName | null>(null);
    const field = useRef<HTMLInputElement>(null);
    const person = usePerson(pair);
    const give = useQuery({
        queryKey: ["members", "dose.give"],
        queryFn: () => members("dose.give"),
        staleTime: Infinity,
    });
    const off_day = !!person.planned_on && person.planned_on !== today(now());
    const fields = preparationFields(
        give.data?.input ?? [],
        person.plan?.route,
        off_day,
        person.plan?.volume_per_dose_ul === undefined,
    );
    const prepared = pair.is_prepared ? rightly(fields, pair.prepared) : {};
    const { deviation_why: _why, ...asking } = prepared;
    const judgement = useJudgement(pair, person, asking);
    const wanted = person.plan?.vials_per_dose ?? 1;
    const { said, setSaid, found } = useScans(pair, wanted, (next) => {
        setReceipt(null);
        setPair(next);
    });
    useScan(found);
    const complete = !!pair.patient && pair.vials.length > 0;
    function anew(next: Pair): void {
        setReceipt(null);
        setSaid(null);
        setPair(next);
    }
    useEffect(() => {
        for (const name of ["patient", "vial"]) {
            const code = search.get(name);
            if (code) found(code);
        }
    }, []);
    useEffect(() => {
        if (complete) show("verdict");
    }, [pair.patient, vialCodes(pair.vials)]);
    useEffect(() => {
        if (!complete) field.current?.focus({ preventScroll: true });
    }, [complete, pair, receipt]);
    return (
        <div data-wedge>
            <Clocks resume={anew} />
            <div className={classes.bench}>
                <div className={classes.side}>
                    <ScanPanel
                        pair={pair}
                        wanted={wanted}
                        said={said}
                        found={found}
                        clear={() => anew(nobody)}
                        field={field}
                    />
                    {!receipt && (
                        <VerdictPanel
                            judgement={judgement}
                            pair={pair}
                            person={person}
                            go={(step) => setAsked(step as StepName)}
                        />
                    )}
                </div>
                <div className={classes.work}>
                    {receipt ? (
                        <Given receipt={receipt} next={() => anew(nobody)} />
                    ) : complete ? (
                        <Steps
                            pair={pair}
                            person={person}
                            judgement={judgement}
                            fields={fields}
                            prepared={prepared}
                            change={setPair}
                            asked={asked}
                            ask={setAsked}
                            given={(each) => {
                                anew(nobody);
                                setReceipt(each);
                                window.scrollTo(0, 0);
                            }}
                        />
                    ) : (
                        <Idle />
                    )}
                </div>
            </div>
            {complete && <VerdictStrip judgement={judgement} pair={pair} />}
        </div>
    );
}

// What was just asked for is brought into sight where it is not.
function show(id: string): void {
    const at = document.getElementById(id);
    if (at && at.getBoundingClientRect().top + 200 > window.innerHeight)
        at.scrollIntoView({ block: "start" });
}

function Idle() {
    const { t } = useWords();
    return (
        <Section title={t("bench.how")}>
            <ol className={classes.how}>
                {["bench.how_scan", "bench.how_verdict", "bench.how_steps", "bench.how_record"].map(
                    (key) => (
                        <li key={key}>{t(key)}</li>
                    ),
                )}
            </ol>
        </Section>
    );
}
