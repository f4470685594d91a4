// cards.tsx: the rows in sight as cards, where a table would be wider than the screen.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Refused } from "../pieces/refused";
import type { Field } from "../record/catalogue";
import type { Values } from "../record/ask";
import { useWords } from "../words/words";
import { Cell } from "./cell";
import { useSight, type Shown } from "./sight";
import classes from "./lists.module.css";

const LINE_PX = 31;

function Card({ list, columns, row }: { list: string; columns: Field[]; row: Values | undefined }) {
    const { label, t } = useWords();
    if (!row) return <p className={classes.waiting}>{t("list.row_waiting")}</p>;
    const [head, ...rest] = columns;
    return (
        <>
            <div className={classes.card_head}>
                <span className={classes.card_name}>{label(head!.name)}</span>{" "}
                <Cell list={list} field={head!} value={row[head!.name]} />
            </div>
            <dl>
                {rest
                    .filter((field) => row[field.name] !== undefined && row[field.name] !== "")
                    .map((field) => (
                        <div key={field.name}>
                            <dt>{label(field.name)}</dt>
                            <dd>
                                <Cell list={list} field={field} value={row[field.name]} />
                            </dd>
                        </div>
                    ))}
            </dl>
        </>
    );
}

export function ListCards(drawn: Shown & { columns: Field[]; stale: boolean }) {
    const { name, columns, count, stale } = drawn;
    const { t, title } = useWords();
    const { scroller, items, parts, before_px, behind_px, measure } = useSight(
        drawn,
        LINE_PX * (columns.length + 1),
    );
    return (
        <>
            {parts.fault ? <Refused fault={parts.fault} again={parts.again} /> : null}
            <div
                ref={scroller}
                className={classes.scroller}
                tabIndex={0}
                role="group"
                aria-busy={stale}
                aria-label={t("list.region", { what: title(name) })}
            >
                <div style={{ height: before_px }} />
                <ul className={`${classes.cards} ${stale ? classes.stale : ""}`}>
                    {items.map((item) => (
                        <li
                            key={item.key}
                            ref={measure}
                            data-index={item.index}
                            aria-setsize={count}
                            aria-posinset={item.index + 1}
                        >
                            <Card list={name} columns={columns} row={parts.at(item.index)} />
                        </li>
                    ))}
                </ul>
                <div style={{ height: behind_px }} />
            </div>
        </>
    );
}
