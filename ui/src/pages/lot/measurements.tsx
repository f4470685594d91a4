// measurements.tsx: number and sizes of the particles, with their intervals, over what is allowed.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from "@tanstack/react-query";
import {
    Distribution,
    type Band,
    type Bin,
    type Mark as SizeMark,
} from "../../pictures/distribution";
import { NumberLine } from "../../pictures/number_line";
import { Answered, Refused, Waiting } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { Mark, Verdict } from "../../pieces/verdict";
import { Refusal, rowOf } from "../../record/ask";
import { useRows } from "../../record/reading";
import { useMay } from "../../record/session";
import { day, real } from "../../words/show";
import { useWords } from "../../words/words";
import { Act } from "./act";
import { brief, limitsOf, limitWords, reasonWords, withUnit } from "./reading";
import { useSpecification } from "./results";
import type { Lot, Result, SpecificationLimit } from "./rows";
import { Sheet } from "./sheet";
import classes from "./lot.module.css";

interface Figure {
    name: string;
    value: string;
    low?: string;
    high?: string;
    unit?: string;
}
interface SizeSet {
    video?: string;
    figures: Figure[];
    bins: Bin[];
}
interface Shown {
    source: string;
    program?: string;
    interval: string;
    file: { name: string; sha256: string };
    sets: SizeSet[];
}

const marked: [string, string][] = [
    ["d10_nm", "D10"],
    ["d50_nm", "D50"],
    ["d90_nm", "D90"],
];
const listed = ["particles_per_ml", "mean_nm", "mode_nm", "d10_nm", "d50_nm", "d90_nm"];

const sized = new Set(["median_nm", "d50_nm", "d10_nm", "d90_nm", "mean_nm", "mode_nm"]);

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

function marksOf(set: SizeSet): SizeMark[] {
    return marked.flatMap(([name, word]) => {
        const figure = set.figures.find((each) => each.name === name);
        return figure
            ? [
                  {
                      name: word,
                      nm: Number(figure.value),
                      low: number(figure.low),
                      high: number(figure.high),
                  },
              ]
            : [];
    });
}

// A percentile is limited by sizes itself; a share of sizes under a name that says between which:
// size_share_50_400_percent.
function useBands(limits: SpecificationLimit[]): Band[] {
    const { t, choice } = useWords();
    return limits.flatMap((each) => {
        if (sized.has(each.attribute) && each.low !== undefined && each.high !== undefined)
            return [
                {
                    low_nm: Number(each.low),
                    high_nm: Number(each.high),
                    word: t("distribution.band_of", {
                        what: choice(each.attribute),
                        low: real(each.low),
                        high: real(each.high),
                    }),
                },
            ];
        const found = /^size_share_(\d+)_(\d+)_percent$/.exec(each.attribute);
        if (!found) return [];
        const least =
            each.low === undefined ? "" : `${each.strict ? ">" : "≥"} ${real(each.low)} %`;
        return [
            {
                low_nm: Number(found[1]),
                high_nm: Number(found[2]),
                word: t("distribution.band", { least, low: found[1]!, high: found[2]! }),
            },
        ];
    });
}

function Figures({ set, words }: { set: SizeSet; words: ReturnType<typeof useWords> }) {
    const { t, choice } = words;
    return (
        <ul className={classes.figures}>
            {listed.flatMap((name) => {
                const figure = set.figures.find((each) => each.name === name);
                if (!figure) return [];
                const interval =
                    figure.low !== undefined && figure.high !== undefined
                        ? ` (${brief(figure.low)} – ${brief(figure.high)})`
                        : ` (${t("lot.measurements.no_interval")})`;
                return [
                    <li key={name}>
                        {choice(name)} <strong>{withUnit(figure.value, figure.unit)}</strong>
                        {interval}
                    </li>,
                ];
            })}
        </ul>
    );
}

function Sizes({ shown, limits }: { shown: Shown; limits: SpecificationLimit[] }) {
    const words = useWords();
    const { t, choice } = words;
    const bands = useBands(limits);
    const all = shown.sets[0];
    if (!all) return <Mark tone="unknown">{t("lot.measurements.no_sizes")}</Mark>;
    const label = t("lot.measurements.picture", {
        figures: marksOf(all)
            .map((each) => `${each.name} ${brief(String(each.nm))} nm`)
            .join(", "),
    });
    return (
        <>
            <ul className={classes.key}>
                {shown.interval !== "none" && (
                    <li>
                        <span className={classes.key_interval} aria-hidden />
                        {t(`lot.interval.${shown.interval}`)}
                    </li>
                )}
                {shown.interval === "none" && <li>{t("lot.interval.none")}</li>}
                {bands.map((band) => (
                    <li key={band.word}>
                        <span className={classes.key_band} aria-hidden />
                        {t("lot.measurements.band", { what: band.word })}
                    </li>
                ))}
            </ul>
            <Distribution bins={all.bins} bands={bands} marks={marksOf(all)} label={label} />
            <Figures set={all} words={words} />
            <p className={classes.rule}>
                {t(`lot.source.${shown.source}`)} · {shown.program} · {shown.file.name}
            </p>
            {shown.sets.length > 1 && (
                <details className={classes.more}>
                    <summary>
                        {t("lot.measurements.videos", { count: shown.sets.length - 1 })}
                    </summary>
                    <Sheet
                        caption={t("lot.measurements.videos", { count: shown.sets.length - 1 })}
                        rows={shown.sets.slice(1)}
                        name={(row, i) => `${row.video} ${i}`}
                        columns={[
                            {
                                key: "video",
                                head: t("lot.measurements.video"),
                                cell: (row) => row.video,
                            },
                            ...listed.map((name) => ({
                                key: name,
                                head: choice(name),
                                number: true,
                                cell: (row: SizeSet) => {
                                    const figure = row.figures.find((each) => each.name === name);
                                    return figure
                                        ? withUnit(figure.value, figure.unit)
                                        : t("value.none");
                                },
                            })),
                        ]}
                    />
                </details>
            )}
        </>
    );
}

// No file is no fault: a number that was typed has no distribution, and that is said.
function Distributed({
    lot,
    result,
    limits,
}: {
    lot: Lot;
    result: Result;
    limits: SpecificationLimit[];
}) {
    const { t, sentence } = useWords();
    const asking = useQuery({
        queryKey: ["read", "assay.distribution", lot.code, result.code],
        queryFn: async () => {
            const { assay } = await rowOf<{ assay: { sha256?: string } }>("assay.show", {
                lot: lot.code,
                code: result.code,
            });
            return assay.sha256
                ? rowOf<Shown>("assay.distribution", { lot: lot.code, code: result.code })
                : null;
        },
    });
    if (asking.data === null) return <p className={classes.quiet}>{t("lot.measurements.typed")}</p>;
    if (asking.data) return <Sizes shown={asking.data} limits={limits} />;
    if (asking.error instanceof Refusal && asking.error.kind === "missing")
        return <p className={classes.quiet}>{sentence(asking.error.text)}</p>;
    return asking.error ? (
        <Refused fault={asking.error} again={() => void asking.refetch()} />
    ) : (
        <Waiting />
    );
}

function Measurement({
    lot,
    result,
    limits,
}: {
    lot: Lot;
    result: Result;
    limits: SpecificationLimit[];
}) {
    const words = useWords();
    const { t, choice } = words;
    const wide = number(result.uncertainty);
    const value = Number(result.value);
    const limit = limitWords(result.asked, words);
    const isRetest = result.reason?.startsWith("retest of ") ?? false; // of an investigation, which is no assay
    return (
        <article className={classes.measurement}>
            <h3>
                {result.code}
                {result.read_on ? ` · ${day(result.read_on)}` : ""}
                <span className={classes.quiet}>
                    {choice(result.standing ?? "unknown")}
                    {result.pull ? ` · ${t("lot.results.pull", { number: result.pull })}` : ""}
                </span>
            </h3>
            <div className={classes.counted}>
                <span>
                    {choice(result.attribute)}{" "}
                    <strong title={result.value}>{withUnit(result.value, result.unit)}</strong>
                    {wide !== undefined && <> ± {withUnit(result.uncertainty, result.unit)}</>}
                </span>
                {result.verdict ? <Verdict verdict={result.verdict} /> : null}
                <NumberLine
                    measured={
                        wide === undefined
                            ? { value }
                            : { value, low: value - wide, high: value + wide }
                    }
                    limits={limitsOf(result.asked)}
                    label={t("lot.results.line", {
                        what: choice(result.attribute),
                        value: withUnit(result.value, result.unit),
                        limit,
                    })}
                />
                {limit && <span className={classes.quiet}>{t("lot.limit", { limit })}</span>}
            </div>
            {result.reason && <p>{reasonWords(result.reason, words)}</p>}
            {result.worst_flag && (
                <p>{t("lot.measurements.flag", { flag: choice(result.worst_flag) })}</p>
            )}
            {isRetest ? (
                <p className={classes.quiet}>
                    {t("lot.measurements.retest")}{" "}
                    <a href="#investigations">{t("lot.section.investigations")}</a>
                </p>
            ) : (
                <Distributed lot={lot} result={result} limits={limits} />
            )}
            {result.method && (
                <details className={classes.more}>
                    <summary>{t("lot.measurements.method")}</summary>
                    <p>{result.method}</p>
                </details>
            )}
        </article>
    );
}

export function Measurements({ lot }: { lot: Lot }) {
    const { t } = useWords();
    const may = useMay();
    const asking = useRows<Result>("assay.list", { code: lot.code });
    const specification = useSpecification(lot);
    const weight = (each: Result) =>
        each.standing === "standing" ? 0 : each.standing === "stability" ? 1 : 2;
    return (
        <Section id="measurements" title={t("lot.section.measurements")}>
            <Answered asking={asking}>
                {(results) => {
                    const counted = results
                        .filter(
                            (each) =>
                                each.attribute === "particles_per_ml" &&
                                !each.annulled &&
                                each.value !== undefined,
                        )
                        .sort(
                            (one, other) => weight(one) - weight(other) || one.entry - other.entry,
                        );
                    return (
                        <>
                            {counted.length === 0 && (
                                <p className={classes.quiet}>{t("lot.measurements.none")}</p>
                            )}
                            {counted.map((each) => (
                                <Measurement
                                    key={`${each.code} ${each.entry}`}
                                    lot={lot}
                                    result={each}
                                    limits={specification.data?.limits ?? []}
                                />
                            ))}
                            {specification.error ? (
                                <Refused
                                    fault={specification.error}
                                    again={() => void specification.refetch()}
                                />
                            ) : null}
                        </>
                    );
                }}
            </Answered>
            {may("assay.measure") && (
                <div className={classes.acts}>
                    <Act way={{ operation: "assay.measure", given: { lot: lot.code } }} />
                </div>
            )}
        </Section>
    );
}
