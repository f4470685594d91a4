// balance.tsx: does what went into each step equal what came out of it and what went elsewhere?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { BalanceFlow, type Step } from "../../pictures/balance_flow";
import { Answered } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import { useRows } from "../../record/reading";
import { unit, whole } from "../../words/show";
import { useWords, type Words } from "../../words/words";
import { Act } from "./act";
import { brief } from "./reading";
import { Sheet } from "./sheet";
import type { BalanceRow, Lot } from "./rows";
import classes from "./lot.module.css";

// Volumes are counted in whole microlitres and read in millilitres with three digits behind.
function amount(text: string, of: string): string {
    const value = Number(text);
    if (of === "uL")
        return `${new Intl.NumberFormat("en-GB", { minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(value / 1000)} mL`;
    if (of === "vials" || of === "labels") return whole(value);
    return of === "particles" ? brief(text) : `${brief(text)} ${unit(of)}`;
}

const isCounted = (row: BalanceRow) => row.basis === "measured";
const isClosed = (row: BalanceRow) => Number(row.difference) === 0;

// A word that no table knows is shown as it is recorded.
function wordOf(t: Words["t"], key: string, recorded: string): string {
    const found = t(key);
    return found === key ? recorded : found;
}

function stepName(row: BalanceRow, { t }: Words): string {
    const [name = "", part] = row.step.split(", ");
    const [kind = "", code = ""] = name.split(":");
    return `${t(`kind.${kind}`)} ${code}${part ? ` · ${wordOf(t, `lot.balance.part.${part}`, part)}` : ""}`;
}

// "priming 20000, end of line 22000" in the unit of the row.
function wherever(row: BalanceRow, { t }: Words): string {
    return (row.where ?? "")
        .split(", ")
        .filter(Boolean)
        .map((each) => {
            const found = /^(.+) (\S+)$/.exec(each);
            return found && Number.isFinite(Number(found[2]))
                ? `${wordOf(t, `lot.balance.where.${found[1]}`, found[1]!)} ${amount(found[2]!, row.unit)}`
                : each;
        })
        .join(", ");
}

function stepOf(row: BalanceRow, words: Words): Step {
    return {
        key: `${row.step} ${row.kind}`,
        name: stepName(row, words),
        into: Number(row.in),
        out: Number(row.out),
        elsewhere: Number(row.elsewhere),
        difference: Number(row.difference),
        closed: isClosed(row),
        words: {
            into: amount(row.in, row.unit),
            out: amount(row.out, row.unit),
            elsewhere: amount(row.elsewhere, row.unit),
            difference: amount(row.difference, row.unit),
        },
    };
}

function Table({ rows, caption }: { rows: BalanceRow[]; caption: string }) {
    const words = useWords();
    const { t } = words;
    return (
        <Sheet
            caption={caption}
            rows={rows}
            name={(row) => `${row.step} ${row.kind}`}
            columns={[
                {
                    key: "step",
                    head: t("lot.balance.step"),
                    cell: (row) => (
                        <>
                            {stepName(row, words)}{" "}
                            <span className={classes.kind}>
                                {wordOf(t, `lot.balance.kind.${row.kind}`, row.kind)}
                            </span>
                        </>
                    ),
                },
                {
                    key: "in",
                    head: t("lot.balance.in"),
                    number: true,
                    cell: (row) => amount(row.in, row.unit),
                },
                {
                    key: "out",
                    head: t("lot.balance.out"),
                    number: true,
                    cell: (row) => amount(row.out, row.unit),
                },
                {
                    key: "elsewhere",
                    head: t("lot.balance.aside"),
                    number: true,
                    cell: (row) => (
                        <>
                            {amount(row.elsewhere, row.unit)}
                            {row.where ? (
                                <div className={classes.rule}>{wherever(row, words)}</div>
                            ) : null}
                        </>
                    ),
                },
                {
                    key: "difference",
                    head: t("lot.balance.difference"),
                    number: true,
                    cell: (row) =>
                        isCounted(row) ? (
                            <Mark tone={isClosed(row) ? "good" : "bad"}>
                                {amount(row.difference, row.unit)}
                            </Mark>
                        ) : (
                            <>
                                {amount(row.difference, row.unit)}{" "}
                                <span className={classes.quiet}>
                                    (
                                    {brief(String((100 * Number(row.difference)) / Number(row.in)))}{" "}
                                    %)
                                </span>
                            </>
                        ),
                },
            ]}
        />
    );
}

function Shown({ rows, lot }: { rows: BalanceRow[]; lot: Lot }) {
    const words = useWords();
    const { t } = words;
    const counted = rows.filter(isCounted);
    const open = counted.filter((each) => !isClosed(each));
    const volumes = counted.filter((each) => each.kind === "volume");
    const pieces = counted.filter((each) => each.kind !== "volume");
    const derived = rows.filter((each) => !isCounted(each));
    return (
        <>
            <p className={classes.summary}>
                {counted.length === 0 ? (
                    <Mark tone="unknown">{t("lot.balance.nothing")}</Mark>
                ) : (
                    <Mark tone={open.length ? "bad" : "good"}>
                        {t(open.length ? "lot.balance.open" : "lot.balance.closed", {
                            count: open.length || counted.length,
                        })}
                    </Mark>
                )}
                <span className={classes.quiet}>{t("lot.balance.rule")}</span>
            </p>
            {volumes.length > 0 && (
                <BalanceFlow
                    steps={volumes.map((each) => stepOf(each, words))}
                    label={t("lot.balance.picture")}
                />
            )}
            <h3 className={classes.subhead}>{t("lot.balance.volumes")}</h3>
            <Table rows={volumes} caption={t("lot.balance.volumes")} />
            <h3 className={classes.subhead}>{t("lot.balance.pieces")}</h3>
            <Table rows={pieces} caption={t("lot.balance.pieces")} />
            <h3 className={classes.subhead}>{t("lot.balance.derived")}</h3>
            <p className={classes.quiet}>{t("lot.balance.derived_help")}</p>
            <Table rows={derived} caption={t("lot.balance.derived")} />
            <div className={classes.acts}>
                <Act way={{ operation: "lot.report", given: { lot: lot.code } }} />
            </div>
        </>
    );
}

export function Balance({ lot }: { lot: Lot }) {
    const { t } = useWords();
    const asking = useRows<BalanceRow>("lot.balance_sheet", { lot: lot.code });
    return (
        <Section id="balance" title={t("lot.section.balance")}>
            <Answered asking={asking}>{(rows) => <Shown rows={rows} lot={lot} />}</Answered>
        </Section>
    );
}
