// ancestry.tsx: from which donors did this lot come, by which steps, and where did it go?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from "react";
import { Link } from "wouter";
import { amountOf, Genealogy, placeOfThing } from "../../pictures/genealogy";
import type { Links, Thing } from "../../pictures/genealogy_layout";
import { Answered } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import { useRow } from "../../record/reading";
import { useMay } from "../../record/session";
import { useWords } from "../../words/words";
import { Sheet } from "./sheet";
import type { Lot } from "./rows";
import classes from "./lot.module.css";

function Named({ thing }: { thing: Thing }) {
    const { t } = useWords();
    return (
        <>
            <Link href={placeOfThing(thing.kind, thing.code)}>
                {t(`kind.${thing.kind}`)} {thing.code}
            </Link>
            {thing.held && (
                <>
                    {" "}
                    <Mark tone="held">{t("genealogy.held")}</Mark>
                </>
            )}
        </>
    );
}

function List({ links }: { links: Links }) {
    const words = useWords();
    const { t } = words;
    const thing = (name: string) => links.things.find((each) => each.name === name)!;
    const depth = (name: string) => thing(name).depth;
    const rows = [...links.ties].sort(
        (one, other) =>
            depth(one.child) - depth(other.child) || one.child.localeCompare(other.child),
    );
    return (
        <Sheet
            caption={t("genealogy.list")}
            rows={rows}
            name={(row, i) => `${row.parent} ${row.child} ${i}`}
            columns={[
                {
                    key: "parent",
                    head: t("genealogy.from"),
                    cell: (row) => <Named thing={thing(row.parent)} />,
                },
                {
                    key: "amount",
                    head: t("genealogy.amount"),
                    cell: (row) => amountOf(row, words) || t("value.none"),
                },
                {
                    key: "child",
                    head: t("genealogy.into"),
                    cell: (row) => <Named thing={thing(row.child)} />,
                },
            ]}
        />
    );
}

function Shown({ links }: { links: Links }) {
    const { t } = useWords();
    const [list, setList] = useState(false);
    const held = links.things.filter((each) => each.held);
    return (
        <>
            <p className={classes.summary}>
                {held.length ? (
                    <Mark tone="held">{t("genealogy.count_held", { count: held.length })}</Mark>
                ) : (
                    <Mark tone="good">{t("genealogy.none_held")}</Mark>
                )}
            </p>
            <div className={classes.tabs} role="group" aria-label={t("genealogy.how")}>
                <button type="button" aria-pressed={!list} onClick={() => setList(false)}>
                    {t("genealogy.as_picture")}
                </button>
                <button type="button" aria-pressed={list} onClick={() => setList(true)}>
                    {t("genealogy.as_list")}
                </button>
            </div>
            {list ? <List links={links} /> : <Genealogy links={links} />}
        </>
    );
}

export function Ancestry({ lot }: { lot: Lot }) {
    const { t, title } = useWords();
    const may = useMay();
    const asking = useRow<Links>(
        "trace.links",
        { name: `lot:${lot.code}` },
        { enabled: may("trace.links") },
    );
    return (
        <Section id="genealogy" title={t("lot.section.genealogy")}>
            {may("trace.links") ? (
                <Answered asking={asking}>{(links) => <Shown links={links} />}</Answered>
            ) : (
                <Mark tone="plain">{t("form.forbidden", { what: title("trace.links") })}</Mark>
            )}
        </Section>
    );
}
