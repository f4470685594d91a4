// facts.tsx: the members of one record, name and value.
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Field } from "../record/catalogue";
import type { Values } from "../record/ask";
import { useWords } from "../words/words";
import { ShownValue } from "./value";
import classes from "./pieces.module.css";

export function Facts({ fields, row }: { fields: Field[]; row: Values }) {
    const { label } = useWords();
    return (
        <dl className={classes.facts}>
            {fields
                .filter((field) => field.name in row)
                .map((field) => (
                    <div key={field.name} style={{ display: "contents" }}>
                        <dt>{label(field.name)}</dt>
                        <dd>
                            <ShownValue field={field} value={row[field.name]} />
                        </dd>
                    </div>
                ))}
        </dl>
    );
}
