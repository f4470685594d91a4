// head.tsx: which lot is this, may it be used, where are its vials, and from whom did it come?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { PartsBar, type Part } from "../../pictures/parts_bar";
import { Answered, Refused } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { Mark, State } from "../../pieces/verdict";
import { useRow, useRows } from "../../record/reading";
import { useNow } from "../../record/session";
import { day, volume, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { today } from "./reading";
import { Sheet } from "./sheet";
import type { Hold, Lot, Readiness, Source, StateCount } from "./rows";
import classes from "./lot.module.css";

const looks: Record<string, Part["look"]> = {
    in_stock: "good",
    given: "used",
    tested: "used",
    retained: "kept",
    in_transit: "moving",
    arrived: "moving",
    rejected: "bad",
    destroyed: "bad",
    lost: "bad",
};
const order = [
    "in_stock",
    "in_transit",
    "arrived",
    "given",
    "retained",
    "tested",
    "rejected",
    "destroyed",
    "lost",
];

// A hold stops a released lot, a recall calls it back: they come before the decision.
function Standing({ lot }: { lot: Lot }) {
    const { t, choice } = useWords();
    const now = useNow();
    const ready = useRow<Readiness>("lot.readiness", { code: lot.code });
    const holds = useRows<Hold>("hold.list");
    const own = (holds.data ?? []).filter(
        (each) => each.open && each.subject === `lot:${lot.code}`,
    );
    const open = ready.data?.facts.holds;
    const known = open !== undefined && holds.data !== undefined;
    const recalled = own.some((each) => each.why === "recall");
    const expired = lot.expires_on < (ready.data?.facts.today ?? today(now()));
    return (
        <div>
            <div className={classes.state}>
                {recalled ? (
                    <Mark tone="bad" large>
                        {t("lot.state.recalled")}
                    </Mark>
                ) : known && open > 0 ? (
                    <Mark tone="held" large>
                        {t("lot.state.held")}
                    </Mark>
                ) : (
                    <State word={lot.status} large />
                )}
                {(recalled || (known && open > 0)) && <State word={lot.status} />}
                {expired && <Mark tone="bad">{t("lot.state.expired")}</Mark>}
                {!known && !ready.isPending && !holds.isPending && (
                    <Mark tone="unknown">{t("lot.state.holds_unknown")}</Mark>
                )}
            </div>
            {own.map((each) => (
                <p key={each.why} className={classes.why}>
                    {t("lot.state.own_hold", { why: choice(each.why) })}{" "}
                    <Link href={`/record/${each.entry}`}>{each.entry}</Link>
                </p>
            ))}
            {known && open > own.length && (
                <p className={classes.why}>
                    {t("lot.state.other_holds", { count: open - own.length })}{" "}
                    <a href="#holds">{t("lot.section.holds")}</a>
                </p>
            )}
        </div>
    );
}

function Vials({ lot }: { lot: Lot }) {
    const { t, choice, label } = useWords();
    const asking = useRows<StateCount>("stock.balance", { code: lot.code });
    return (
        <Answered asking={asking}>
            {(rows) => {
                const sum = rows.reduce((all, each) => all + each.vials, 0);
                const states = [...new Set([...order, ...rows.map((each) => each.state)])];
                const parts = states.map((state) => ({
                    key: state,
                    word: choice(state),
                    look: looks[state] ?? ("other" as const),
                    count: rows
                        .filter((each) => each.state === state)
                        .reduce((all, each) => all + each.vials, 0),
                }));
                return (
                    <>
                        <p className={classes.summary}>
                            <strong>{t("lot.vials.made", { count: lot.vials })}</strong>
                            {sum === lot.vials ? (
                                <Mark tone="good">{t("lot.vials.closed", { sum })}</Mark>
                            ) : (
                                <Mark tone="bad">
                                    {t("lot.vials.open", { sum, made: lot.vials })}
                                </Mark>
                            )}
                        </p>
                        <PartsBar parts={parts} label={t("lot.vials.bar")} />
                        <details className={classes.more}>
                            <summary>{t("lot.vials.by_site")}</summary>
                            <Sheet
                                caption={t("lot.vials.by_site")}
                                rows={rows}
                                name={(row) => `${row.state} ${row.site}`}
                                columns={[
                                    {
                                        key: "state",
                                        head: label("state"),
                                        cell: (row) => choice(row.state),
                                    },
                                    {
                                        key: "site",
                                        head: label("site"),
                                        cell: (row) => row.site || t("value.none"),
                                    },
                                    {
                                        key: "vials",
                                        head: label("vials"),
                                        number: true,
                                        cell: (row) => whole(row.vials),
                                    },
                                ]}
                            />
                        </details>
                    </>
                );
            }}
        </Answered>
    );
}

function SourceFacts({ lot }: { lot: Lot }) {
    const { t, choice } = useWords();
    const asking = useRow<Source>("source.show", { name: `lot:${lot.code}` });
    if (asking.error) return <Refused fault={asking.error} again={() => void asking.refetch()} />;
    if (!asking.data) return null;
    const { donors, standing, flags } = asking.data;
    return (
        <>
            <div>
                <dt>{t("lot.donors")}</dt>
                <dd>
                    {donors.split(" ").filter(Boolean).join(", ") || t("value.none")}{" "}
                    <State word={standing} />
                </dd>
            </div>
            <div>
                <dt>{t("lot.flags")}</dt>
                <dd>{flags.split(" ").map(choice).join(", ")}</dd>
            </div>
        </>
    );
}

export function Head({ lot }: { lot: Lot }) {
    const { t, choice, label } = useWords();
    return (
        <div id="overview">
            <PageHead title={`${t("lot.lot")} ${lot.code}`}>
                <Standing lot={lot} />
            </PageHead>
            <Section title={t("lot.section.overview")}>
                <dl className={classes.facts}>
                    <div>
                        <dt>{label("kind")}</dt>
                        <dd>
                            {choice(lot.kind)} · {lot.specification}
                        </dd>
                    </div>
                    <div>
                        <dt>{label("filled_on")}</dt>
                        <dd>
                            {day(lot.filled_on)} · {lot.site}
                        </dd>
                    </div>
                    <div>
                        <dt>{label("expires_on")}</dt>
                        <dd>{day(lot.expires_on)}</dd>
                    </div>
                    <div>
                        <dt>{label("volume_per_vial_ul")}</dt>
                        <dd>{volume(lot.volume_per_vial_ul)}</dd>
                    </div>
                    <div>
                        <dt>{label("tissue")}</dt>
                        <dd>
                            {choice(lot.tissue)}
                            {lot.pool_of_donors ? ` · ${t("lot.pool_of_donors")}` : ""}
                        </dd>
                    </div>
                    <SourceFacts lot={lot} />
                </dl>
                <Vials lot={lot} />
            </Section>
        </div>
    );
}
