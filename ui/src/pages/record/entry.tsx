// entry.tsx: one entry: what it says, its exact bytes, what it is tied to and what amended it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useLocation, useParams } from "wouter";
import { IconArrowLeft, IconArrowRight } from "../../pieces/icons";
import { Facts } from "../../pieces/facts";
import { Answered, Refused } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { useRow, useRows } from "../../record/reading";
import type { Values } from "../../record/ask";
import { Chain, TieMark, type ChainLink } from "../../pictures/chain";
import { instant } from "../../words/show";
import { useWords } from "../../words/words";
import { Amend } from "./amend";
import { EntryBody } from "./entry_body";
import { amendmentOf, entryOf, plain, type Entry, type Journal, type Shown } from "./journal";
import { EntryMarks } from "./marks";
import { Proof } from "./proof";
import { RecordTabs } from "./tabs";
import { Versions } from "./versions";
import classes from "./record.module.css";

// Only browsers on a safe connection can hash; elsewhere that is told as not known.
async function sha256(text: string): Promise<string | null> {
    if (!globalThis.crypto?.subtle) return null;
    const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function Steps({ seq, last }: { seq: number; last: boolean }) {
    const { t } = useWords();
    const [, go] = useLocation();
    useEffect(() => {
        function key(event: KeyboardEvent) {
            const field =
                event.target instanceof HTMLElement &&
                event.target.closest("input, textarea, select, [tabindex='0']");
            if (field || event.ctrlKey || event.altKey || event.metaKey) return;
            if (event.key === "ArrowLeft" && seq > 1) go(`/record/${seq - 1}`);
            if (event.key === "ArrowRight" && !last) go(`/record/${seq + 1}`);
        }
        window.addEventListener("keydown", key);
        return () => window.removeEventListener("keydown", key);
    }, [seq, last, go]);
    return (
        <div className={classes.steps}>
            <Button
                variant="default"
                disabled={seq <= 1}
                onClick={() => go(`/record/${seq - 1}`)}
                leftSection={<IconArrowLeft size={18} aria-hidden />}
            >
                {t("record.before")}
            </Button>
            <Button
                variant="default"
                disabled={last}
                onClick={() => go(`/record/${seq + 1}`)}
                rightSection={<IconArrowRight size={18} aria-hidden />}
            >
                {t("record.behind")}
            </Button>
        </div>
    );
}

const headFields = (
    [
        ["at", "instant"],
        ["occurred_at", "instant"],
        ["actor", "text"],
        ["site", "text"],
        ["reason", "text"],
        ["rule_set", "text"],
        ["program", "text"],
        ["idempotency_key", "text"],
    ] as const
).map(([name, kind]) => ({ name, kind }));

function Around({ entry }: { entry: Entry }) {
    const { t, choice } = useWords();
    const row = Object.fromEntries(
        Object.entries(entry).filter(([, value]) => value !== ""),
    ) as Values;
    return (
        <>
            <Facts
                fields={headFields.filter(
                    (each) =>
                        row[each.name] !== undefined &&
                        (each.name !== "occurred_at" || row["occurred_at"] !== row["at"]),
                )}
                row={row}
            />
            <h3>{t("record.signatures")}</h3>
            {entry.signatures.length === 0 ? (
                <p>{t("record.no_signature")}</p>
            ) : (
                <ul className={classes.signers}>
                    {entry.signatures.map((each) => (
                        <li key={each.account}>
                            <strong>{each.name || each.account}</strong> ({each.account}) ·{" "}
                            {choice(each.meaning || "unknown")} · {instant(each.at, true)}
                        </li>
                    ))}
                </ul>
            )}
        </>
    );
}

const linkOf = (row: Journal | undefined, title: (name: string) => string): ChainLink | null =>
    row ? { seq: row.seq, title: title(plain(row.operation)), hash: row.hash } : null;

function Ties({
    shown,
    entry,
    around,
    behind,
}: {
    shown: Shown;
    entry: Entry;
    around: Journal[];
    behind: Shown | undefined;
}) {
    const { t, title } = useWords();
    const find = (seq: number) => around.find((each) => each.seq === seq);
    const [before, next] = [find(shown.seq - 1), find(shown.seq + 1)];
    const hashed = useQuery({
        queryKey: ["sha256", shown.bytes],
        queryFn: () => sha256(shown.bytes),
        staleTime: Infinity,
    });
    const own = hashed.data ? hashed.data === shown.hash : undefined;
    return (
        <Section title={t("chain.title")}>
            <Chain
                before={linkOf(before, title)}
                here={{ seq: shown.seq, title: title(plain(entry.operation)), hash: shown.hash }}
                behind={linkOf(next, title)}
                to_here={before ? before.hash === entry.previous : undefined}
                to_behind={behind ? entryOf(behind.bytes).previous === shown.hash : undefined}
            />
            <p>
                <TieMark
                    tie={own}
                    words={[t("chain.own"), t("chain.own_broken"), t("chain.own_unknown")]}
                />
            </p>
            <p className={classes.bytes}>{shown.hash}</p>
            <details className={classes.more}>
                <summary>{t("record.bytes")}</summary>
                <pre className={classes.bytes} tabIndex={0}>
                    {shown.bytes}
                </pre>
            </details>
        </Section>
    );
}

function Amended({ shown, entry }: { shown: Shown; entry: Entry }) {
    const { t } = useWords();
    const own = amendmentOf(entry);
    const other = own ? own.seq : shown.corrected_by || shown.annulled_by;
    const asking = useRow<Shown>("entry.show", { seq: other }, { enabled: other > 0 });
    if (!other) return null;
    return (
        <Section title={t("versions.title")}>
            <Answered asking={asking}>
                {(found) => {
                    const there = entryOf(found.bytes);
                    const [original, amendment, seqs] = own
                        ? ([there, own, [other, shown.seq]] as const)
                        : ([entry, amendmentOf(there), [shown.seq, other]] as const);
                    return (
                        <>
                            {amendment?.why && <p>{t("versions.why", { why: amendment.why })}</p>}
                            <Versions
                                operation={original.operation}
                                before={original.body}
                                seqs={[...seqs]}
                                after={
                                    amendment?.body ? (JSON.parse(amendment.body) as Values) : null
                                }
                            />
                        </>
                    );
                }}
            </Answered>
        </Section>
    );
}

function Consequences({ seq, cause }: { seq: number; cause: number }) {
    const { t, title } = useWords();
    const asking = useRows<Journal>("entry.list", { cause: seq, limit: 1000 });
    return (
        <Section title={t("record.consequences")}>
            {cause > 0 && (
                <p>
                    {t("record.caused_by")} <Link href={`/record/${cause}`}>{cause}</Link>
                </p>
            )}
            <Answered asking={asking}>
                {(rows) =>
                    rows.length === 0 ? (
                        <p>{t("record.no_consequence")}</p>
                    ) : (
                        <ul>
                            {rows.map((row) => (
                                <li key={row.seq}>
                                    <Link href={`/record/${row.seq}`}>{row.seq}</Link>{" "}
                                    {title(plain(row.operation))} {row.subject}
                                </li>
                            ))}
                        </ul>
                    )
                }
            </Answered>
        </Section>
    );
}

function Shows({ shown }: { shown: Shown }) {
    const { t, title } = useWords();
    const entry = entryOf(shown.bytes);
    const around = useRows<Journal>("entry.list", { after: Math.max(0, shown.seq - 2), limit: 3 });
    const last = !around.data?.some((each) => each.seq === shown.seq + 1);
    const behind = useRow<Shown>("entry.show", { seq: shown.seq + 1 }, { enabled: !last });
    return (
        <>
            <PageHead title={`${t("record.entry")} ${shown.seq}`}>
                <Steps seq={shown.seq} last={last} />
            </PageHead>
            <Section
                title={`${title(plain(entry.operation))}${entry.subject ? ` · ${entry.subject}` : ""}`}
                side={
                    <span className={classes.marks}>
                        <EntryMarks row={{ ...entry, ...shown }} />
                    </span>
                }
            >
                <EntryBody operation={entry.operation} body={entry.body} />
            </Section>
            <Section title={t("record.who_when")}>
                <Around entry={entry} />
            </Section>
            <Amended shown={shown} entry={entry} />
            {around.error ? (
                <Refused fault={around.error} />
            ) : (
                <Ties shown={shown} entry={entry} around={around.data ?? []} behind={behind.data} />
            )}
            <Consequences seq={shown.seq} cause={entry.cause} />
            <Proof seq={shown.seq} />
            {!shown.corrected_by && !shown.annulled_by && <Amend entry={entry} />}
        </>
    );
}

export default function EntryPage() {
    const { t } = useWords();
    const seq = Number(useParams<{ seq: string }>().seq);
    const asking = useRow<Shown>("entry.show", { seq });
    return (
        <>
            <RecordTabs />
            {!asking.data && <PageHead title={`${t("record.entry")} ${seq || ""}`} />}
            <Answered asking={asking}>
                {(shown) => <Shows key={shown.seq} shown={shown} />}
            </Answered>
        </>
    );
}
