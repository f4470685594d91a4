// investigations.tsx: results out of their limit, step by step, with the first value in sight.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { NumberLine } from "../../pictures/number_line";
import { Answered } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { Mark, Verdict } from "../../pieces/verdict";
import { useRow, useRows } from "../../record/reading";
import { day, serials } from "../../words/show";
import { useWords } from "../../words/words";
import { Act } from "./act";
import { brief, limitsOf, limitWords, withUnit } from "./reading";
import { Sheet } from "./sheet";
import type { Investigation, Lot, Retest } from "./rows";
import classes from "./lot.module.css";

// What comes next, by how far the investigation is.
const next: Record<string, string> = {
    open: "oos.check",
    checked: "oos.plan",
    planned: "oos.retest",
    retested: "oos.report",
    reported: "oos.close",
};

function Entry({ seq }: { seq: number | undefined }) {
    const { t } = useWords();
    return seq ? <Link href={`/record/${seq}`}>{t("lot.entry", { seq })}</Link> : null;
}

function Retests({ oos }: { oos: Investigation }) {
    const { t, label } = useWords();
    const asking = useRow<{ retests: Retest[] }>("oos.show", { code: oos.code });
    return (
        <Answered asking={asking}>
            {({ retests }) =>
                retests.length === 0 ? null : (
                    <Sheet
                        caption={t("lot.oos.retests")}
                        rows={retests}
                        name={(row) => String(row.vial)}
                        columns={[
                            {
                                key: "vial",
                                head: label("vial"),
                                cell: (row) => serials(row.vial, undefined),
                            },
                            {
                                key: "value",
                                head: t("lot.results.found"),
                                cell: (row) => withUnit(row.value, oos.unit),
                            },
                            {
                                key: "line",
                                head: t("lot.results.against"),
                                cell: (row) => (
                                    <NumberLine
                                        measured={{ value: Number(row.value) }}
                                        limits={limitsOf(oos.asked)}
                                        label={t("lot.results.line", {
                                            what: serials(row.vial, undefined),
                                            value: withUnit(row.value, oos.unit),
                                            limit: oos.asked ?? "",
                                        })}
                                    />
                                ),
                            },
                            {
                                key: "verdict",
                                head: label("verdict"),
                                cell: (row) => <Verdict verdict={row.verdict} />,
                            },
                        ]}
                    />
                )
            }
        </Answered>
    );
}

function Chain({ oos }: { oos: Investigation }) {
    const words = useWords();
    const { t, choice } = words;
    return (
        <ol className={classes.chain}>
            <li>
                <p className={classes.first}>
                    {t("lot.oos.first")}: {withUnit(oos.value, oos.unit)}{" "}
                    <Mark tone="bad">{choice("not_met")}</Mark>
                </p>
                <p>
                    {t("lot.limit", { limit: limitWords(oos.asked, words) })} · {oos.assay} ·{" "}
                    <Entry seq={oos.result_entry} />
                </p>
                <NumberLine
                    measured={{ value: Number(oos.value) }}
                    limits={limitsOf(oos.asked)}
                    label={t("lot.results.line", {
                        what: choice(oos.attribute),
                        value: withUnit(oos.value, oos.unit),
                        limit: limitWords(oos.asked, words),
                    })}
                />
                <p className={classes.quiet}>{t("lot.oos.first_stays")}</p>
            </li>
            {oos.cause && (
                <li>
                    <p>
                        {t("lot.oos.cause", { cause: choice(oos.cause) })}
                        {oos.corrected_value
                            ? ` · ${t("lot.oos.corrected", { value: withUnit(oos.corrected_value, oos.unit) })}`
                            : ""}
                    </p>
                </li>
            )}
            {oos.planned_entry ? (
                <li>
                    <p>
                        {t("lot.oos.plan", {
                            vials: serials(oos.plan_first, oos.plan_last),
                            analyst: oos.analyst ?? "",
                            rule: choice(oos.rule ?? "unknown"),
                        })}{" "}
                        · <Entry seq={oos.planned_entry} />
                    </p>
                </li>
            ) : null}
            {oos.retested_entry ? (
                <li>
                    <p>
                        {t("lot.oos.retested", { day: day(oos.retested_on) })}{" "}
                        <Verdict verdict={oos.retest_verdict} /> ·{" "}
                        <Entry seq={oos.retested_entry} />
                    </p>
                    <Retests oos={oos} />
                    <p>
                        {t("lot.oos.mean", {
                            mean: withUnit(oos.mean, oos.unit),
                            deviation: withUnit(oos.deviation, oos.unit),
                            percent: brief(oos.variation_percent),
                        })}
                    </p>
                </li>
            ) : null}
            {oos.reported_entry ? (
                <li>
                    <p>
                        {t("lot.oos.reported", { value: withUnit(oos.reported, oos.unit) })} ·{" "}
                        <Entry seq={oos.reported_entry} />
                    </p>
                </li>
            ) : null}
            {oos.closed_entry ? (
                <li>
                    <p>
                        <strong>
                            {t("lot.oos.closed", {
                                conclusion: choice(oos.conclusion ?? "unknown"),
                            })}
                        </strong>{" "}
                        · <Entry seq={oos.closed_entry} />
                    </p>
                </li>
            ) : null}
        </ol>
    );
}

export function Investigations({ lot }: { lot: Lot }) {
    const { t, choice } = useWords();
    const asking = useRows<Investigation>("oos.list", { code: lot.code });
    return (
        <Section id="investigations" title={t("lot.section.investigations")}>
            <Answered asking={asking}>
                {(rows) =>
                    rows.length === 0 ? (
                        <p className={classes.quiet}>{t("lot.oos.none")}</p>
                    ) : (
                        <>
                            {rows.map((oos) => {
                                const step = next[oos.status];
                                return (
                                    <article key={oos.code} className={classes.measurement}>
                                        <h3>
                                            {oos.code} · {choice(oos.attribute)}{" "}
                                            <Mark tone={oos.status === "closed" ? "plain" : "held"}>
                                                {choice(oos.status)}
                                            </Mark>
                                        </h3>
                                        <Chain oos={oos} />
                                        {step && (
                                            <div className={classes.acts}>
                                                <Act
                                                    way={{
                                                        operation: step,
                                                        given: { code: oos.code },
                                                    }}
                                                />
                                            </div>
                                        )}
                                    </article>
                                );
                            })}
                        </>
                    )
                }
            </Answered>
        </Section>
    );
}
