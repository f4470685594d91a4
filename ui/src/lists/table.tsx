// table.tsx: the rows in sight of a list of any length, under headers that sort.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { IconChevronDown, IconChevronUp } from "../pieces/icons";
import { Refused } from "../pieces/refused";
import type { Field } from "../record/catalogue";
import type { Values } from "../record/ask";
import { useWords } from "../words/words";
import { Cell } from "./cell";
import { isNumber, width } from "./columns";
import { useSight, type Shown } from "./sight";
import { isSortable, turned, type ListState } from "./state";
import classes from "./lists.module.css";

const ROW_PX = 49;

interface Drawn extends Shown {
    columns: Field[];
    state: ListState;
    change: (change: Partial<ListState>) => void;
    stale: boolean; // another search is under way
}

function Header({ field, state, change }: Pick<Drawn, "state" | "change"> & { field: Field }) {
    const { label, t } = useWords();
    const name = label(field.name);
    const sorted =
        state.sort === field.name ? (state.descending ? "descending" : "ascending") : "none";
    if (!isSortable(field)) return <th scope="col">{name}</th>;
    return (
        <th scope="col" aria-sort={sorted} className={isNumber(field) ? classes.number : ""}>
            <button
                type="button"
                title={t("list.sort", { name })}
                onClick={() => change(turned(state, field.name))}
            >
                <span>{name}</span>
                {sorted === "ascending" && <IconChevronUp size={20} aria-hidden />}
                {sorted === "descending" && <IconChevronDown size={20} aria-hidden />}
            </button>
        </th>
    );
}

function Row({ list, columns, row }: { list: string; columns: Field[]; row: Values | undefined }) {
    const { t } = useWords();
    if (!row)
        return (
            <td colSpan={columns.length} className={classes.waiting}>
                {t("list.row_waiting")}
            </td>
        );
    return columns.map((field, i) => {
        const look = isNumber(field) ? classes.number : "";
        const shown = <Cell list={list} field={field} value={row[field.name]} />;
        return i === 0 ? (
            <th key={field.name} scope="row" className={look}>
                {shown}
            </th>
        ) : (
            <td key={field.name} className={look}>
                {shown}
            </td>
        );
    });
}

export function ListTable(drawn: Drawn) {
    const { name, columns, state, change, count, first, stale } = drawn;
    const { t, title, label } = useWords();
    const { scroller, items, parts, before_px, behind_px, measure } = useSight(drawn, ROW_PX);
    const wide = columns.map((field) => width(field, label(field.name), first));
    const spacer = (height_px: number) =>
        height_px > 0 && (
            <tr aria-hidden style={{ height: height_px }}>
                <td colSpan={columns.length} className={classes.spacer} />
            </tr>
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
                <table
                    className={classes.table}
                    aria-rowcount={count + 1}
                    style={{ minWidth: `${wide.reduce((sum, each) => sum + each, 0)}ch` }}
                >
                    <colgroup>
                        {wide.map((each, i) => (
                            <col key={columns[i]!.name} style={{ width: `${each}ch` }} />
                        ))}
                    </colgroup>
                    <thead>
                        <tr aria-rowindex={1}>
                            {columns.map((field) => (
                                <Header
                                    key={field.name}
                                    field={field}
                                    state={state}
                                    change={change}
                                />
                            ))}
                        </tr>
                    </thead>
                    <tbody className={stale ? classes.stale : ""}>
                        {spacer(before_px)}
                        {items.map((item) => (
                            <tr
                                key={item.key}
                                ref={measure}
                                data-index={item.index}
                                aria-rowindex={item.index + 2}
                            >
                                <Row list={name} columns={columns} row={parts.at(item.index)} />
                            </tr>
                        ))}
                        {spacer(behind_px)}
                    </tbody>
                </table>
            </div>
        </>
    );
}
