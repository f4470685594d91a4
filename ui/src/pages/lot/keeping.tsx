// keeping.tsx: is the lot watched over its life, and is enough of it kept back?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Answered } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { Mark, State, Verdict } from "../../pieces/verdict";
import { useRow, useRows } from "../../record/reading";
import { day, serials, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Act } from "./act";
import { brief } from "./reading";
import { Sheet } from "./sheet";
import type { Lot } from "./rows";
import classes from "./lot.module.css";

interface Pull {
    number: number;
    due_on: string;
    vials: number;
    state: string;
    pulled_on?: string;
    first: number;
    last: number;
}
interface Reserve {
    reserve: number;
    needed: number;
    factor?: string;
    factor_least?: string;
    verdict: string;
}
interface SampleUse {
    number: number;
    attributes: string;
    first: number;
    last: number;
    vials: number;
}
interface Purpose {
    purpose: string;
    state: string;
    site: string;
    vials: number;
}
interface Range {
    first: number;
    last: number;
    state: string;
    site?: string;
    shipment?: string;
    purpose?: string;
    patient?: string;
    dose?: string;
    entry: number;
}

function ReservePart({ lot }: { lot: Lot }) {
    const { t } = useWords();
    const asking = useRow<Reserve>("reserve.show", { code: lot.code });
    return (
        <Answered asking={asking}>
            {(row) => (
                <p className={classes.summary}>
                    <Verdict verdict={row.verdict} />
                    <span>
                        {t("lot.reserve.told", {
                            reserve: row.reserve,
                            needed: row.needed,
                            factor: brief(row.factor),
                            least: brief(row.factor_least),
                        })}
                    </span>
                </p>
            )}
        </Answered>
    );
}

export function Keeping({ lot }: { lot: Lot }) {
    const { t, label, choice } = useWords();
    const pulls = useRows<Pull>("stability.list", { code: lot.code });
    return (
        <Section id="stability" title={t("lot.section.stability")}>
            <h3 className={classes.subhead}>{t("lot.reserve.title")}</h3>
            <ReservePart lot={lot} />
            <h3 className={classes.subhead}>{t("lot.stability.title")}</h3>
            <Answered asking={pulls}>
                {(rows) => (
                    <Sheet
                        caption={t("lot.stability.title")}
                        rows={rows}
                        name={(row) => String(row.number)}
                        columns={[
                            {
                                key: "number",
                                head: t("lot.stability.number"),
                                cell: (row) => row.number,
                            },
                            {
                                key: "due_on",
                                head: label("due_on"),
                                cell: (row) => day(row.due_on),
                            },
                            {
                                key: "state",
                                head: label("state"),
                                cell: (row) =>
                                    row.state === "done" ? (
                                        <Mark tone="good">{choice("done")}</Mark>
                                    ) : (
                                        <State word={row.state} />
                                    ),
                            },
                            {
                                key: "pulled_on",
                                head: label("pulled_on"),
                                cell: (row) =>
                                    row.pulled_on ? day(row.pulled_on) : t("value.none"),
                            },
                            {
                                key: "first",
                                head: t("lot.serials"),
                                cell: (row) =>
                                    row.first ? serials(row.first, row.last) : t("value.none"),
                            },
                        ]}
                    />
                )}
            </Answered>
            <div className={classes.acts}>
                <Act way={{ operation: "stability.pull", given: { lot: lot.code } }} />
                <Act way={{ operation: "stock.withdraw", given: { lot: lot.code } }} />
            </div>
        </Section>
    );
}

export function Stock({ lot }: { lot: Lot }) {
    const { t, label, choice } = useWords();
    const purposes = useRows<Purpose>("stock.purposes", { code: lot.code });
    const uses = useRows<SampleUse>("sample.list", { code: lot.code });
    const ranges = useRows<Range>("stock.show", { code: lot.code });
    return (
        <Section id="stock" title={t("lot.section.stock")}>
            <h3 className={classes.subhead}>{t("lot.stock.purposes")}</h3>
            <Answered asking={purposes}>
                {(rows) => (
                    <Sheet
                        caption={t("lot.stock.purposes")}
                        rows={rows}
                        name={(row) => `${row.purpose} ${row.state} ${row.site}`}
                        columns={[
                            {
                                key: "purpose",
                                head: label("purpose"),
                                cell: (row) => choice(row.purpose),
                            },
                            {
                                key: "state",
                                head: label("state"),
                                cell: (row) => choice(row.state),
                            },
                            { key: "site", head: label("site"), cell: (row) => row.site },
                            {
                                key: "vials",
                                head: label("vials"),
                                number: true,
                                cell: (row) => whole(row.vials),
                            },
                        ]}
                    />
                )}
            </Answered>
            <h3 className={classes.subhead}>{t("lot.stock.samples")}</h3>
            <Answered asking={uses}>
                {(rows) => (
                    <Sheet
                        caption={t("lot.stock.samples")}
                        rows={rows}
                        name={(row) => String(row.number)}
                        columns={[
                            {
                                key: "attributes",
                                head: label("attributes"),
                                cell: (row) => row.attributes.split(" ").map(choice).join(", "),
                            },
                            {
                                key: "first",
                                head: t("lot.serials"),
                                cell: (row) => serials(row.first, row.last),
                            },
                            {
                                key: "vials",
                                head: label("vials"),
                                number: true,
                                cell: (row) => whole(row.vials),
                            },
                        ]}
                    />
                )}
            </Answered>
            <details className={classes.more}>
                <summary>{t("lot.stock.ranges")}</summary>
                <Answered asking={ranges}>
                    {(rows) => (
                        <Sheet
                            caption={t("lot.stock.ranges")}
                            rows={rows}
                            name={(row) => String(row.first)}
                            columns={[
                                {
                                    key: "first",
                                    head: t("lot.serials"),
                                    cell: (row) => serials(row.first, row.last),
                                },
                                {
                                    key: "state",
                                    head: label("state"),
                                    cell: (row) => choice(row.state),
                                },
                                {
                                    key: "site",
                                    head: label("site"),
                                    cell: (row) => row.site ?? t("value.none"),
                                },
                                {
                                    key: "shipment",
                                    head: label("shipment"),
                                    cell: (row) => row.shipment ?? t("value.none"),
                                },
                                {
                                    key: "purpose",
                                    head: label("purpose"),
                                    cell: (row) =>
                                        row.purpose
                                            ? choice(row.purpose)
                                            : (row.dose ?? t("value.none")),
                                },
                            ]}
                        />
                    )}
                </Answered>
            </details>
        </Section>
    );
}
