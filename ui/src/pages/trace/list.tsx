// list.tsx: everything that a trace reaches in one direction, row by row.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { Csv } from "../../pieces/csv";
import { LongList } from "../../pieces/long_list";
import { Answered } from "../../pieces/refused";
import { useRows } from "../../record/reading";
import { whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Amount, codeOf, Detail, startOf } from "./detail";
import { most, things, type TraceRow } from "./told";
import classes from "./trace.module.css";

const AT_ONCE = 50_000; // more is asked for by hand

function Row({ row }: { row: TraceRow }) {
    const { t } = useWords();
    const to = startOf(row);
    return (
        <div className={classes.row}>
            <span className={classes.kind}>{t(`kind.${row.kind}`)}</span>
            <span className={classes.code}>
                {to ? (
                    <Link href={`/trace/${encodeURIComponent(to)}`}>{codeOf(row)}</Link>
                ) : (
                    codeOf(row)
                )}
            </span>
            <Amount row={row} />
            <span className={classes.detail}>
                <Detail row={row} />
            </span>
        </div>
    );
}

export function TraceList({
    direction,
    name,
    counts,
}: {
    direction: "forward" | "backward";
    name: string;
    counts: TraceRow[];
}) {
    const { t } = useWords();
    const [wanted, setWanted] = useState(most(counts) <= AT_ONCE);
    const asking = useRows<TraceRow>(`trace.${direction}`, { name }, { enabled: wanted });
    return (
        <div className={classes.list}>
            <div className={classes.head}>
                <h3>{t(`trace.${direction}`)}</h3>
                <Csv name={`trace.${direction}`} input={{ name }} />
            </div>
            {!wanted ? (
                <p>
                    {t("trace.many", { count: whole(most(counts)) })}{" "}
                    <Button variant="default" onClick={() => setWanted(true)}>
                        {t("trace.load")}
                    </Button>
                </p>
            ) : (
                <Answered asking={asking}>
                    {(rows) => {
                        const found = things(rows);
                        return found.length <= 1 ? (
                            <p>{t(`trace.no_${direction}`)}</p>
                        ) : (
                            <LongList
                                rows={found}
                                name={t(`trace.${direction}`)}
                                id={(row) => `${row.kind}:${row.code}`}
                                tall="42vh"
                                high={74}
                                draw={(row) => <Row row={row} />}
                            />
                        );
                    }}
                </Answered>
            )}
        </div>
    );
}
