// sheet.tsx: a table that becomes a list of cards where the screen is narrow.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useWords } from "../../words/words";
import classes from "./lot.module.css";

export interface Column<T> {
    key: string;
    head: string;
    cell: (row: T) => React.ReactNode;
    number?: boolean;
}

// Cards take the meaning of a table from its roles, which a changed display would lose.
export function Sheet<T>({
    columns,
    rows,
    caption,
    name,
    quiet,
}: {
    columns: Column<T>[];
    rows: T[];
    caption: string;
    name: (row: T, i: number) => string;
    quiet?: (row: T) => boolean;
}) {
    const { t } = useWords();
    if (!rows.length) return <p className={classes.quiet}>{t("rows.none")}</p>;
    return (
        <div className={classes.wide} role="group" aria-label={caption} tabIndex={0}>
            <table className={classes.sheet} role="table" aria-label={caption}>
                <thead role="rowgroup">
                    <tr role="row">
                        {columns.map((column) => (
                            <th
                                key={column.key}
                                scope="col"
                                role="columnheader"
                                className={column.number ? classes.number : ""}
                            >
                                {column.head}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {rows.map((row, i) => (
                        <tr
                            key={name(row, i)}
                            role="row"
                            className={quiet?.(row) ? classes.past : ""}
                        >
                            {columns.map((column) => (
                                <td
                                    key={column.key}
                                    role="cell"
                                    data-head={column.head}
                                    className={column.number ? classes.number : ""}
                                >
                                    <div>{column.cell(row) ?? "–"}</div>
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
