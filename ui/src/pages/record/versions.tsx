// versions.tsx: two versions of the same, member by member, with what differs named.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { ShownValue } from "../../pieces/value";
import { Mark } from "../../pieces/verdict";
import type { Field } from "../../record/catalogue";
import type { Value, Values } from "../../record/ask";
import { useWords } from "../../words/words";
import { useFields, useReadable } from "./entry_body";
import { fieldsOf } from "./journal";
import classes from "./record.module.css";

// Members of bodies are sorted in the record, so the same reads the same.
const same = (one: Value, other: Value) =>
    JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

function Head({ word, seq }: { word: string; seq?: number }) {
    return (
        <>
            {word}
            {seq ? (
                <>
                    {" "}
                    · <Link href={`/record/${seq}`}>{seq}</Link>
                </>
            ) : null}
        </>
    );
}

function Line({ field, before, after }: { field: Field; before: Values; after: Values | null }) {
    const { label, t } = useWords();
    const changed = !!after && !same(before[field.name], after[field.name]);
    return (
        <tr className={changed ? classes.changed : ""}>
            <th scope="row">
                {label(field.name)} {changed && <Mark tone="wait">{t("versions.changed")}</Mark>}
            </th>
            <td className={after ? "" : classes.gone}>
                <ShownValue field={field} value={before[field.name]} />
            </td>
            <td>{after ? <ShownValue field={field} value={after[field.name]} /> : null}</td>
        </tr>
    );
}

// after is null where the entry was annulled and nothing stands in its place.
export function Versions({
    operation,
    before,
    after,
    seqs,
    words,
}: {
    operation: string;
    before: Values;
    after: Values | null;
    seqs: [before?: number, after?: number];
    words?: [before: string, after: string];
}) {
    const { t } = useWords();
    const told = useFields(operation);
    const readable = useReadable();
    const fields = fieldsOf({ ...before, ...after }, told);
    return (
        <div className={classes.scroll} role="region" tabIndex={0} aria-label={t("versions.both")}>
            <table className={classes.versions}>
                <thead>
                    <tr>
                        <th scope="col">{t("versions.member")}</th>
                        <th scope="col">
                            <Head word={words?.[0] ?? t("versions.before")} seq={seqs[0]} />
                        </th>
                        <th scope="col">
                            <Head
                                word={
                                    after
                                        ? (words?.[1] ?? t("versions.after"))
                                        : t("versions.annulled")
                                }
                                seq={seqs[1]}
                            />
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {fields.map((field) => (
                        <Line
                            key={field.name}
                            field={field}
                            before={readable(before)}
                            after={after && readable(after)}
                        />
                    ))}
                </tbody>
            </table>
        </div>
    );
}
