// rows.tsx: a short table inside of a page; long lists are lists/.
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Field } from "../record/catalogue";
import type { Values } from "../record/ask";
import { useWords } from "../words/words";
import { ShownValue } from "./value";
import classes from "./pieces.module.css";

const isNumber = (field: Field) => field.kind === "integer" || field.kind === "real";

export function Rows({
    fields,
    rows,
    caption,
}: {
    fields: Field[];
    rows: Values[];
    caption?: string;
}) {
    const { label, t } = useWords();
    const shown = fields.filter((field) => rows.some((row) => row[field.name] !== undefined));
    if (rows.length === 0) return <span className={classes.quiet}>{t("rows.none")}</span>;
    const only = shown.length === 1 && !caption ? shown[0] : undefined;
    if (only && only.kind !== "list" && only.kind !== "record")
        return <Inline field={only} rows={rows} />;
    return (
        <div
            className={classes.scroll}
            tabIndex={0}
            role="group"
            aria-label={caption ?? t("rows.table")}
        >
            <table className={classes.table}>
                {caption && <caption>{caption}</caption>}
                <thead>
                    <tr>
                        {shown.map((field) => (
                            <th
                                key={field.name}
                                scope="col"
                                className={isNumber(field) ? classes.number : ""}
                            >
                                {label(field.name)}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row, i) => (
                        <tr key={i}>
                            {shown.map((field) => (
                                <td
                                    key={field.name}
                                    className={isNumber(field) ? classes.number : ""}
                                >
                                    <ShownValue field={field} value={row[field.name]} />
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

// One value a row, such as the entries that a decision rests on, reads as a line.
function Inline({ field, rows }: { field: Field; rows: Values[] }) {
    return (
        <span className={classes.inline}>
            {rows.map((row, i) => (
                <ShownValue key={i} field={field} value={row[field.name]} />
            ))}
        </span>
    );
}
