// mock.tsx: a mock recall: the clock runs from the question, and its time is kept in the record.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { OperationForm } from "../../forms/operation_form";
import { RuleAsks } from "../../pieces/rule";
import { Mark, Verdict } from "../../pieces/verdict";
import type { Receipt } from "../../record/ask";
import { useNow, useSession } from "../../record/session";
import { instant, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Balances } from "./balances";
import type { Rehearsed } from "./told";
import classes from "./recall.module.css";

const place = (account: string) => `mock:${account}`;

// hours:minutes:seconds, as a stopwatch shows it
function watch(ms: number): string {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const two = (n: number) => String(n).padStart(2, "0");
    return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function Watch({ since }: { since: string }) {
    const { t } = useWords();
    const now = useNow();
    const [at, setAt] = useState(now);
    useEffect(() => {
        const timer = setInterval(() => setAt(now()), 500);
        return () => clearInterval(timer);
    }, [now]);
    return (
        <div className={classes.watch} role="timer" aria-label={t("mock.running")}>
            <span className={classes.time}>{watch(at - Date.parse(since))}</span>
            <span>{t("mock.since", { at: instant(since, true) })}</span>
        </div>
    );
}

function Outcome({ receipt }: { receipt: Receipt }) {
    const { t } = useWords();
    const told = receipt.body as unknown as Rehearsed;
    const in_time = told.findings.find((each) => each.rule.startsWith("RC-04.time"));
    return (
        <div role="status" className={classes.outcome}>
            <p className={classes.time}>
                {told.facts.minutes === undefined
                    ? "?"
                    : t("mock.minutes", { minutes: told.facts.minutes })}
            </p>
            <Verdict verdict={in_time?.verdict} large />
            <p>
                {t("mock.told", {
                    vials: whole(told.vials),
                    sites: whole(told.sites.length),
                    patients: whole(told.patients.length),
                    shipments: whole(told.shipments),
                    ms: (told.searched_usec / 1000).toFixed(1),
                })}
            </p>
            <ul className={classes.findings}>
                {told.findings.map((each) => (
                    <li key={each.rule}>
                        <Verdict verdict={each.verdict} />
                        <RuleAsks id={each.rule} />
                    </li>
                ))}
            </ul>
            <Balances rows={told.balances} closing={false} />
            <p>
                {t("mock.kept")}{" "}
                <Link href={`/record/${receipt.entry.seq}`}>{receipt.entry.seq}</Link>
            </p>
        </div>
    );
}

export function Mock() {
    const { t } = useWords();
    const { account } = useSession();
    const now = useNow();
    const [since, setSince] = useState(() => sessionStorage.getItem(place(account)));
    const [receipt, setReceipt] = useState<Receipt | null>(null);

    function begin() {
        const at = new Date(now()).toISOString();
        sessionStorage.setItem(place(account), at);
        setReceipt(null);
        setSince(at);
    }
    function end(found: Receipt | null) {
        sessionStorage.removeItem(place(account));
        setReceipt(found);
        setSince(null);
    }
    return (
        <>
            <p>{t("mock.what")}</p>
            {!since && <Button onClick={begin}>{t(receipt ? "mock.again" : "mock.begin")}</Button>}
            {since && (
                <>
                    <Watch since={since} />
                    <Mark tone="wait">{t("mock.is_running")}</Mark>
                    <OperationForm
                        name="recall.rehearse"
                        given={{ asked_at: since }}
                        done={end}
                        quiet
                    />
                    <Button variant="subtle" onClick={() => end(null)}>
                        {t("mock.give_up")}
                    </Button>
                </>
            )}
            {receipt && <Outcome receipt={receipt} />}
        </>
    );
}
