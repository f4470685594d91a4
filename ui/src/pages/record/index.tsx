// index.tsx: the ledger, newest entry first; any part of it by code, operation or account.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import { narrow } from "../../forms/checks";
import { LongList } from "../../pieces/long_list";
import { Answered, Waiting } from "../../pieces/refused";
import { PageHead } from "../../pieces/section";
import { read, type Values } from "../../record/ask";
import { operations } from "../../record/catalogue";
import { instant, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { EntryMarks } from "./marks";
import { plain, type Journal } from "./journal";
import { RecordTabs } from "./tabs";
import classes from "./record.module.css";

const PAGE = 100;
const NEWEST = 9e15; // beyond every number there is

// Newest first, page behind page, each beginning before the last number of the one before.
function useEntries(filter: Values) {
    return useInfiniteQuery({
        queryKey: ["read", "entry.list", filter],
        queryFn: ({ pageParam }) =>
            read<Journal>("entry.list", { ...filter, before: pageParam, limit: PAGE }),
        initialPageParam: NEWEST,
        getNextPageParam: (last) =>
            last.rows.length < PAGE ? undefined : last.rows[PAGE - 1]!.seq,
    });
}

function Row({ row }: { row: Journal }) {
    const { title, t } = useWords();
    return (
        <Link href={`/record/${row.seq}`} className={classes.row}>
            <span className={classes.seq}>{row.seq}</span>
            <span className={classes.at}>{instant(row.at, true)}</span>
            <span className={classes.operation}>{title(plain(row.operation))}</span>
            <span className={classes.subject}>{row.subject ?? ""}</span>
            <span className={classes.actor}>
                {row.actor
                    ? `${row.actor}${row.site ? ` · ${row.site}` : ""}`
                    : t("record.program")}
            </span>
            <span className={classes.marks}>
                <EntryMarks row={row} />
            </span>
        </Link>
    );
}

interface Typed {
    subject: string;
    operation: string;
    actor: string;
}
const nothing: Typed = { subject: "", operation: "", actor: "" };

function Filter({ typed, change }: { typed: Typed; change: (typed: Typed) => void }) {
    const { t, title } = useWords();
    const [, go] = useLocation();
    const [number, setNumber] = useState("");
    const [draft, setDraft] = useState(typed);
    const choices = useMemo(
        () => [
            { value: "", label: t("record.any_operation") },
            ...operations
                .filter((each) => !each.reads)
                .map((each) => ({ value: each.name, label: title(each.name) }))
                .sort((one, other) => one.label.localeCompare(other.label)),
        ],
        [t, title],
    );
    return (
        <form
            className={classes.filter}
            role="search"
            aria-label={t("record.filter")}
            onSubmit={(event) => {
                event.preventDefault();
                const seq = narrow(number);
                if (/^[1-9]\d*$/.test(seq)) go(`/record/${seq}`);
                else
                    change({
                        ...draft,
                        subject: narrow(draft.subject),
                        actor: narrow(draft.actor),
                    });
            }}
        >
            <TextInput
                label={t("record.number")}
                inputMode="numeric"
                value={number}
                autoComplete="off"
                onChange={(each) => setNumber(each.currentTarget.value)}
            />
            <TextInput
                label={t("record.subject")}
                value={draft.subject}
                autoComplete="off"
                onChange={(each) => setDraft({ ...draft, subject: each.currentTarget.value })}
            />
            <NativeSelect
                label={t("record.operation")}
                value={draft.operation}
                data={choices}
                onChange={(each) => setDraft({ ...draft, operation: each.currentTarget.value })}
            />
            <TextInput
                label={t("record.actor")}
                value={draft.actor}
                autoComplete="off"
                onChange={(each) => setDraft({ ...draft, actor: each.currentTarget.value })}
            />
            <Button type="submit">{t("record.show")}</Button>
            <Button
                variant="default"
                onClick={() => {
                    setDraft(nothing);
                    setNumber("");
                    change(nothing);
                }}
            >
                {t("record.all")}
            </Button>
        </form>
    );
}

export default function Ledger() {
    const { t } = useWords();
    const [typed, setTyped] = useState(nothing);
    const asking = useEntries({ ...typed });
    const rows = asking.data?.pages.flatMap((page) => page.rows);
    const size = asking.data?.pages[0]?.position;
    const more = () => {
        if (asking.hasNextPage && !asking.isFetching && !asking.isError)
            void asking.fetchNextPage();
    };
    return (
        <>
            <PageHead title={t("nav.record")} />
            <RecordTabs />
            <Filter typed={typed} change={setTyped} />
            <Answered asking={{ ...asking, data: rows }}>
                {(found) => (
                    <>
                        <p role="status" className={classes.count}>
                            {asking.hasNextPage
                                ? t("record.shown_so_far", {
                                      shown: whole(found.length),
                                      size: whole(size),
                                  })
                                : t("record.shown_all", {
                                      shown: whole(found.length),
                                      size: whole(size),
                                  })}
                        </p>
                        {found.length > 0 && (
                            <LongList
                                rows={found}
                                name={t("record.entries")}
                                id={(row) => row.seq}
                                more={more}
                                draw={(row) => <Row row={row} />}
                            />
                        )}
                        {asking.isFetchingNextPage && <Waiting />}
                    </>
                )}
            </Answered>
        </>
    );
}
