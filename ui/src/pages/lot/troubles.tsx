// troubles.tsx: deviations of a lot, and holds with everything that they stop.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import type { Links } from "../../pictures/genealogy_layout";
import { Answered } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { Mark, State } from "../../pieces/verdict";
import { useRow, useRows } from "../../record/reading";
import { useMay } from "../../record/session";
import { instant, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Act } from "./act";
import { Sheet } from "./sheet";
import type { Hold, Lot, Readiness } from "./rows";
import classes from "./lot.module.css";

interface Deviation {
    code: string;
    class: string;
    about: string;
    lot?: string;
    content: string;
    effect: string;
    noticed_at: string;
    status: string;
    entry: number;
}

export function Deviations({ lot }: { lot: Lot }) {
    const { t, label, choice, title } = useWords();
    const may = useMay();
    const asking = useRows<Deviation>("deviation.list", {}, { enabled: may("deviation.list") });
    return (
        <Section id="deviations" title={t("lot.section.deviations")}>
            {!may("deviation.list") ? (
                <Mark tone="plain">{t("form.forbidden", { what: title("deviation.list") })}</Mark>
            ) : (
                <Answered asking={asking}>
                    {(rows) => {
                        const own = rows.filter(
                            (each) => each.lot === lot.code || each.about === `lot:${lot.code}`,
                        );
                        if (!own.length)
                            return <p className={classes.quiet}>{t("lot.deviations.none")}</p>;
                        return (
                            <Sheet
                                caption={t("lot.section.deviations")}
                                rows={own}
                                name={(row) => row.code}
                                columns={[
                                    {
                                        key: "code",
                                        head: label("code"),
                                        cell: (row) => (
                                            <Link
                                                href={`/show/deviation.show?code=${row.code}`}
                                                className={classes.whole}
                                            >
                                                {row.code}
                                            </Link>
                                        ),
                                    },
                                    {
                                        key: "class",
                                        head: label("class"),
                                        cell: (row) => (
                                            <Mark tone={row.class === "critical" ? "bad" : "plain"}>
                                                {choice(row.class)}
                                            </Mark>
                                        ),
                                    },
                                    {
                                        key: "content",
                                        head: label("content"),
                                        cell: (row) => (
                                            <>
                                                <p className={classes.why}>{row.content}</p>
                                                <p className={classes.rule}>{row.effect}</p>
                                            </>
                                        ),
                                    },
                                    {
                                        key: "noticed_at",
                                        head: label("noticed_at"),
                                        cell: (row) => instant(row.noticed_at),
                                    },
                                    {
                                        key: "status",
                                        head: label("status"),
                                        cell: (row) => <State word={row.status} />,
                                    },
                                ]}
                            />
                        );
                    }}
                </Answered>
            )}
            {may("deviation.open") && (
                <div className={classes.acts}>
                    <Act way={{ operation: "deviation.open", given: { lot: lot.code } }} />
                </div>
            )}
        </Section>
    );
}

// Counts of what a hold reaches, as they were recorded with it.
function Effects({ subject }: { subject: string }) {
    const { label, t } = useWords();
    const asking = useRows<Record<string, string | number>>("hold.effects", { subject });
    return (
        <Answered asking={asking}>
            {(rows) => {
                const last = rows[rows.length - 1];
                if (!last) return <span className={classes.quiet}>{t("rows.none")}</span>;
                const counts = Object.entries(last).filter(
                    ([name, value]) =>
                        typeof value === "number" && value > 0 && !["hold", "entry"].includes(name),
                );
                if (!counts.length) return <span>{t("lot.holds.nothing")}</span>;
                return (
                    <span>
                        {counts
                            .map(([name, value]) => `${label(name)} ${whole(Number(value))}`)
                            .join(" · ")}
                    </span>
                );
            }}
        </Answered>
    );
}

// The genealogy names the holds upstream; without the right to trace, the release counts them.
function useStopping(lot: Lot) {
    const may = useMay();
    const links = useRow<Links>(
        "trace.links",
        { name: `lot:${lot.code}` },
        { enabled: may("trace.links") },
    );
    const own = links.data?.things.find((each) => each.name === `lot:${lot.code}`);
    return own ? own.holds.map((each) => `${each.subject} ${each.why}`) : [`lot:${lot.code}`];
}

export function Holds({ lot }: { lot: Lot }) {
    const { t, label, choice } = useWords();
    const asking = useRows<Hold>("hold.list");
    const ready = useRow<Readiness>("lot.readiness", { code: lot.code });
    const stopping = useStopping(lot);
    return (
        <Section id="holds" title={t("lot.section.holds")}>
            <Answered asking={asking}>
                {(rows) => {
                    const shown = rows.filter(
                        (each) =>
                            each.subject === `lot:${lot.code}` ||
                            (each.open && stopping.includes(`${each.subject} ${each.why}`)),
                    );
                    const open = ready.data?.facts.holds;
                    return (
                        <>
                            <p className={classes.summary}>
                                {open === undefined ? (
                                    <Mark tone="unknown">{t("lot.state.holds_unknown")}</Mark>
                                ) : open > 0 ? (
                                    <Mark tone="held">{t("lot.holds.open", { count: open })}</Mark>
                                ) : (
                                    <Mark tone="good">{t("lot.holds.none")}</Mark>
                                )}
                            </p>
                            {shown.length > 0 && (
                                <Sheet
                                    caption={t("lot.section.holds")}
                                    rows={shown}
                                    name={(row) => `${row.subject} ${row.why}`}
                                    columns={[
                                        {
                                            key: "subject",
                                            head: label("subject"),
                                            cell: (row) => (
                                                <Link
                                                    href={`/trace/${encodeURIComponent(row.subject)}`}
                                                    className={classes.whole}
                                                >
                                                    {row.subject}
                                                </Link>
                                            ),
                                        },
                                        {
                                            key: "why",
                                            head: label("why"),
                                            cell: (row) => choice(row.why),
                                        },
                                        {
                                            key: "open",
                                            head: label("status"),
                                            cell: (row) =>
                                                row.open ? (
                                                    <Mark tone="held">{choice("open")}</Mark>
                                                ) : (
                                                    <Mark tone="plain">
                                                        {t("lot.holds.lifted")}
                                                    </Mark>
                                                ),
                                        },
                                        {
                                            key: "effects",
                                            head: t("lot.holds.effects"),
                                            cell: (row) => <Effects subject={row.subject} />,
                                        },
                                        {
                                            key: "entry",
                                            head: label("entry"),
                                            cell: (row) => (
                                                <Link href={`/record/${row.entry}`}>
                                                    {row.entry}
                                                </Link>
                                            ),
                                        },
                                        {
                                            key: "lift",
                                            head: t("lot.holds.lift"),
                                            cell: (row) =>
                                                row.open ? (
                                                    <Act
                                                        way={{
                                                            operation: "hold.lift",
                                                            given: {
                                                                subject: row.subject,
                                                                why: row.why,
                                                            },
                                                        }}
                                                    />
                                                ) : null,
                                        },
                                    ]}
                                />
                            )}
                        </>
                    );
                }}
            </Answered>
            <div className={classes.acts}>
                <Act way={{ operation: "hold.place", given: { subject: `lot:${lot.code}` } }} />
            </div>
        </Section>
    );
}
