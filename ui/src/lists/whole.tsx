// whole.tsx: everything that the record says of one thing: its members, what it holds, and what can follow.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { Facts } from "../pieces/facts";
import { Rows } from "../pieces/rows";
import { Section } from "../pieces/section";
import type { Values } from "../record/ask";
import { operation, operations, type Field, type Operation } from "../record/catalogue";
import { useMay } from "../record/session";
import { useWords } from "../words/words";
import { ordered } from "./columns";
import classes from "./whole.module.css";

const isInside = (field: Field) => field.kind === "list" || field.kind === "record";

export function Whole({
    name,
    fields,
    row,
    given,
}: {
    name: string;
    fields: Field[];
    row: Values;
    given: Values;
}) {
    const { t, label } = useWords();
    const flat = ordered(fields).filter(
        (field) => !isInside(field) && row[field.name] !== undefined,
    );
    const inside = ordered(fields).filter(
        (field) => isInside(field) && row[field.name] !== undefined,
    );
    return (
        <>
            {(flat.length > 0 || inside.length === 0) && (
                <Section title={t("show.answer")}>
                    {flat.length ? <Facts fields={flat} row={row} /> : <p>{t("show.none")}</p>}
                </Section>
            )}
            {inside.map((field) => (
                <Section key={field.name} title={label(field.name)}>
                    {field.kind === "list" ? (
                        <Rows
                            fields={field.of ?? []}
                            rows={row[field.name] as Values[]}
                            caption={label(field.name)}
                        />
                    ) : (
                        <Facts fields={field.of ?? []} row={row[field.name] as Values} />
                    )}
                </Section>
            ))}
            <Next name={name} code={given["code"]} />
        </>
    );
}

// What asks for a thing of this noun by its code.
function follows(each: Operation, name: string): boolean {
    return (
        each.name !== name &&
        each.name.split(".")[0] === name.split(".")[0] &&
        each.path.includes("{code}")
    );
}

function Next({ name, code }: { name: string; code: Values[string] }) {
    const { t, title, told } = useWords();
    const may = useMay();
    const found = operations.filter(
        (each) => operation(name).path.includes("{code}") && follows(each, name) && may(each.name),
    );
    if (!found.length || typeof code !== "string") return null;
    return (
        <Section title={t("show.next")}>
            <ul className={classes.next}>
                {found.map((each) => (
                    <li key={each.name}>
                        <Link
                            href={`/${each.reads ? "show" : "do"}/${each.name}?code=${encodeURIComponent(code)}`}
                        >
                            {title(each.name)}
                        </Link>
                        <span>{told(each.help)}</span>
                    </li>
                ))}
            </ul>
        </Section>
    );
}
