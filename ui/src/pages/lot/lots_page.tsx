// lots_page.tsx: which lots are there, in which state, and until when may they be used?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { narrow } from "../../forms/checks";
import { Refused, Waiting } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { Mark, State } from "../../pieces/verdict";
import { rowsOf } from "../../record/ask";
import { useNow } from "../../record/session";
import { day, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Act } from "./act";
import { today } from "./reading";
import type { Lot } from "./rows";
import { Sheet } from "./sheet";
import classes from "./lot.module.css";

const PAGE = 200;
const states = ["quarantine", "released", "rejected"];

function useLots() {
    return useInfiniteQuery({
        queryKey: ["read", "lot.list"],
        queryFn: ({ pageParam }) => rowsOf<Lot>("lot.list", { limit: PAGE, ...(pageParam ? { after: pageParam } : {}) }),
        initialPageParam: "",
        getNextPageParam: (last: Lot[]) => (last.length === PAGE ? last[last.length - 1]!.code : undefined),
    });
}

function Table({ lots, today }: { lots: Lot[]; today: string }) {
    const { t, label, choice } = useWords();
    return (
        <Sheet caption={t("lot.list.title")} rows={lots} name={(row) => row.code} columns={[
            { key: "code", head: label("code"), cell: (row) => <Link href={`/lots/${encodeURIComponent(row.code)}`}><strong>{row.code}</strong></Link> },
            { key: "status", head: label("status"), cell: (row) => <State word={row.status} /> },
            { key: "kind", head: label("kind"), cell: (row) => <>{choice(row.kind)} <div className={classes.rule}>{row.specification}</div></> },
            { key: "filled_on", head: label("filled_on"), cell: (row) => <>{day(row.filled_on)} <div className={classes.rule}>{row.site}</div></> },
            { key: "expires_on", head: label("expires_on"), cell: (row) => <>{day(row.expires_on)} {row.expires_on < today && <Mark tone="bad">{t("lot.list.expired")}</Mark>}</> },
            { key: "vials", head: label("vials"), number: true, cell: (row) => whole(row.vials) },
        ]} />
    );
}

export default function LotsPage() {
    const { t, choice, label } = useWords();
    const now = useNow();
    const asking = useLots();
    const [text, setText] = useState("");
    const [state, setState] = useState("");
    const all = asking.data?.pages.flat() ?? [];
    const wanted = narrow(text).toLowerCase();
    const shown = all.filter((lot) => (!state || lot.status === state) &&
        (!wanted || [lot.code, lot.specification, lot.site].some((each) => each.toLowerCase().includes(wanted))));
    return (
        <>
            <PageHead title={t("lot.list.title")}><Act way={{ operation: "lot.fill", given: {} }} /></PageHead>
            <Section title={t("lot.list.title")}>
                <div className={classes.filters}>
                    <TextInput label={t("lot.list.find")} value={text} onChange={(each) => setText(each.currentTarget.value)} />
                    <NativeSelect label={label("status")} value={state} onChange={(each) => setState(each.currentTarget.value)}
                        data={[{ value: "", label: t("lot.list.all") }, ...states.map((word) => ({ value: word, label: choice(word) }))]} />
                </div>
                {asking.isPending && <Waiting />}
                {asking.error ? <Refused fault={asking.error} again={() => void asking.refetch()} /> : null}
                {asking.data && (
                    <>
                        <p className={classes.quiet} role="status">{t("lot.list.shown", { shown: shown.length, loaded: all.length })}</p>
                        <Table lots={shown} today={today(now())} />
                        {asking.hasNextPage && <p>{t("lot.list.some")} <Button variant="default" loading={asking.isFetchingNextPage} onClick={() => void asking.fetchNextPage()}>{t("lot.list.more")}</Button></p>}
                    </>
                )}
            </Section>
        </>
    );
}
