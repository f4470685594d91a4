// table.tsx: a table whose cells a page words itself; it scrolls in its own place where it is wide.
// SPDX-License-Identifier: AGPL-3.0-or-later
import classes from "./table.module.css";

export interface Column<T> {
    head: string;
    cell: (row: T) => React.ReactNode;
    number?: boolean;
}

export function Table<T>({
    caption,
    columns,
    rows,
}: {
    caption: string;
    columns: Column<T>[];
    rows: T[];
}) {
    return (
        <div className={classes.scroll} tabIndex={0} role="region" aria-label={caption}>
            <table className={classes.table}>
                <caption className={classes.caption}>{caption}</caption>
                <thead>
                    <tr>
                        {columns.map((each) => (
                            <th
                                key={each.head}
                                scope="col"
                                className={each.number ? classes.number : ""}
                            >
                                {each.head}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row, i) => (
                        <tr key={i}>
                            {columns.map((each) => (
                                <td key={each.head} className={each.number ? classes.number : ""}>
                                    {each.cell(row)}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
