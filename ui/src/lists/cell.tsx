// cell.tsx: one value of a row; what holds rows itself opens in its place.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { ShownValue } from "../pieces/value";
import { State } from "../pieces/verdict";
import type { Field } from "../record/catalogue";
import type { Value, Values } from "../record/ask";
import { useWords } from "../words/words";
import { leadOf } from "./leads";
import classes from "./lists.module.css";

export function Cell({ list, field, value }: { list: string; field: Field; value: Value }) {
    const { t, title } = useWords();
    if (value === undefined || value === null || value === "")
        return (
            <span className={classes.unknown}>
                <span aria-hidden>—</span>
                <span className={classes.hidden}>{t("value.none")}</span>
            </span>
        );
    if (field.kind === "list" || field.kind === "record") {
        const count = field.kind === "list" ? (value as Values[]).length : 1;
        if (count === 0) return <ShownValue field={field} value={value} />;
        return (
            <details className={classes.inside}>
                <summary>
                    {field.kind === "list" ? t("list.inside", { count }) : t("list.more")}
                </summary>
                <ShownValue field={field} value={value} />
            </details>
        );
    }
    if (field.name === "operation") return <>{title(String(value).replace(/\/\d+$/, ""))}</>;
    if (field.name === "status" || field.name === "state" || field.name === "standing")
        return (
            <span className={classes.state}>
                <State word={String(value)} />
            </span>
        );
    const lead = leadOf(list, field, String(value));
    return lead ? (
        <Link href={lead} className={classes.lead}>
            {String(value)}
        </Link>
    ) : (
        <ShownValue field={field} value={value} />
    );
}
