// results.tsx: every result of a lot against its limit; what was found first is never left out.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { NumberLine } from "../../pictures/number_line";
import { Answered } from "../../pieces/refused";
import { ruleAsks } from "../../pieces/rule";
import { Section } from "../../pieces/section";
import { Mark, Verdict } from "../../pieces/verdict";
import { rowOf } from "../../record/ask";
import { useRows } from "../../record/reading";
import { day } from "../../words/show";
import { useWords } from "../../words/words";
import { useQuery } from "@tanstack/react-query";
import { Act } from "./act";
import { limitsOf, limitWords, reasonWords, rulesIn, withUnit } from "./reading";
import { Sheet } from "./sheet";
import {
    specificationOf,
    type Lot,
    type Result,
    type Specification,
    type SpecificationLimit,
} from "./rows";
import classes from "./lot.module.css";

export function useSpecification(lot: Lot) {
    const input = { ...specificationOf(lot) };
    return useQuery({
        queryKey: ["read", "specification.show", input],
        queryFn: () => rowOf<Specification>("specification.show", input),
    });
}

export function resultLine(result: Result, label: string) {
    const value = Number(result.value);
    const limits = limitsOf(result.asked);
    if (
        result.value === undefined ||
        !Number.isFinite(value) ||
        (limits.low === undefined && limits.high === undefined)
    )
        return null;
    const wide = result.uncertainty === undefined ? undefined : Number(result.uncertainty);
    return (
        <NumberLine
            label={label}
            limits={limits}
            measured={
                wide === undefined ? { value } : { value, low: value - wide, high: value + wide }
            }
        />
    );
}

function Found({ result }: { result: Result }) {
    const { t, choice } = useWords();
    const value =
        result.reported ||
        withUnit(result.value, result.unit) ||
        (result.outcome ? choice(result.outcome) : "");
    return (
        <>
            <strong title={result.value}>{value || t("value.none")}</strong>
            {result.uncertainty && <span> ± {withUnit(result.uncertainty, result.unit)}</span>}
        </>
    );
}

function Standing({ result }: { result: Result }) {
    const words = useWords();
    const { t, choice } = words;
    if (result.annulled) return <Mark tone="plain">{t("lot.results.annulled")}</Mark>;
    return (
        <>
            <span>
                {choice(result.standing ?? "unknown")}
                {result.pull ? ` · ${t("lot.results.pull", { number: result.pull })}` : ""}
            </span>
            {result.reason && (
                <div className={classes.rule}>{reasonWords(result.reason, words)}</div>
            )}
        </>
    );
}

function Basis({ result, limit }: { result: Result; limit: SpecificationLimit | undefined }) {
    const { language, t } = useWords();
    const rules = [...(limit ? ["RL-03.tests/1"] : []), ...rulesIn(result.reason)];
    return (
        <div className={classes.rule}>
            {rules.map((rule) => (
                <div key={rule} title={ruleAsks(rule, language)}>
                    {rule}
                </div>
            ))}
            {limit?.basis && <div>{limit.basis}</div>}
            {!limit && <div>{t("lot.results.no_limit")}</div>}
        </div>
    );
}

// What counts stands first, and under it what was found before.
function sorted(results: Result[]): Result[] {
    const weight = (each: Result) =>
        each.annulled
            ? 3
            : each.standing === "standing"
              ? 0
              : each.standing === "stability"
                ? 2
                : 1;
    return [...results].sort(
        (one, other) =>
            one.attribute.localeCompare(other.attribute) ||
            weight(one) - weight(other) ||
            one.entry - other.entry,
    );
}

function Table({ results, limits }: { results: Result[]; limits: SpecificationLimit[] }) {
    const words = useWords();
    const { t, choice, label } = words;
    const limitOf = (result: Result) => limits.find((each) => each.attribute === result.attribute);
    return (
        <Sheet
            caption={t("lot.section.results")}
            rows={sorted(results)}
            name={(row) => `${row.attribute} ${row.code} ${row.entry}`}
            quiet={(row) => row.standing !== "standing" || row.annulled}
            columns={[
                {
                    key: "attribute",
                    head: label("attribute"),
                    cell: (row) => <strong>{choice(row.attribute)}</strong>,
                },
                {
                    key: "value",
                    head: t("lot.results.found"),
                    cell: (row) => <Found result={row} />,
                },
                {
                    key: "limit",
                    head: t("lot.results.limit"),
                    cell: (row) => limitWords(row.asked, words) || t("lot.results.no_limit"),
                },
                {
                    key: "line",
                    head: t("lot.results.against"),
                    cell: (row) =>
                        resultLine(
                            row,
                            t("lot.results.line", {
                                what: choice(row.attribute),
                                value: withUnit(row.value, row.unit),
                                limit: limitWords(row.asked, words),
                            }),
                        ) ?? <span className={classes.quiet}>–</span>,
                },
                {
                    key: "verdict",
                    head: label("verdict"),
                    cell: (row) =>
                        row.verdict ? (
                            <Verdict verdict={row.verdict} />
                        ) : (
                            <span className={classes.quiet}>{t("lot.results.not_judged")}</span>
                        ),
                },
                {
                    key: "standing",
                    head: label("standing"),
                    cell: (row) => <Standing result={row} />,
                },
                {
                    key: "rule",
                    head: t("lot.results.rule"),
                    cell: (row) => <Basis result={row} limit={limitOf(row)} />,
                },
                {
                    key: "code",
                    head: t("lot.results.assay"),
                    cell: (row) => (
                        <>
                            <div>{row.code}</div>
                            {row.read_on && (
                                <div className={`${classes.rule} ${classes.whole}`}>
                                    {day(row.read_on)}
                                </div>
                            )}
                            <div className={classes.whole}>
                                <Link href={`/record/${row.entry}`}>
                                    {t("lot.entry", { seq: row.entry })}
                                </Link>
                            </div>
                        </>
                    ),
                },
            ]}
        />
    );
}

export function Results({ lot }: { lot: Lot }) {
    const { t, choice } = useWords();
    const asking = useRows<Result>("assay.list", { code: lot.code });
    const specification = useSpecification(lot);
    return (
        <Section id="results" title={t("lot.section.results")}>
            <Answered asking={asking}>
                {(results) => (
                    <Answered asking={specification}>
                        {(found) => {
                            const done = new Set(
                                results
                                    .filter(
                                        (each) => each.standing === "standing" && !each.annulled,
                                    )
                                    .map((each) => each.attribute),
                            );
                            const lacking = found.limits.filter(
                                (each) => !done.has(each.attribute),
                            );
                            return (
                                <>
                                    <p className={classes.summary}>
                                        <Mark tone={lacking.length ? "held" : "good"}>
                                            {t("lot.results.have", {
                                                have: found.limits.length - lacking.length,
                                                all: found.limits.length,
                                            })}
                                        </Mark>
                                        <span className={classes.quiet}>{lot.specification}</span>
                                    </p>
                                    {lacking.length > 0 && (
                                        <p>
                                            {t("lot.results.lacking", {
                                                what: lacking
                                                    .map((each) => choice(each.attribute))
                                                    .join(", "),
                                            })}
                                        </p>
                                    )}
                                    <Table results={results} limits={found.limits} />
                                    <div className={classes.acts}>
                                        <Act
                                            way={{
                                                operation: "assay.record",
                                                given: { lot: lot.code },
                                            }}
                                        />
                                        <Act
                                            way={{
                                                operation: "assay.count",
                                                given: { lot: lot.code },
                                            }}
                                        />
                                    </div>
                                </>
                            );
                        }}
                    </Answered>
                )}
            </Answered>
        </Section>
    );
}
