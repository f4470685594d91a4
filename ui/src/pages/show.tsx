// show.tsx: the page of any operation that reads; what it asks for comes with the address.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "wouter";
import { checkAll, toSend } from "../forms/checks";
import { FieldInput } from "../forms/field_input";
import { List } from "../lists/list";
import { Whole } from "../lists/whole";
import { Answered } from "../pieces/refused";
import { PageHead, Section } from "../pieces/section";
import { read, type Values } from "../record/ask";
import { isOperation, members, operation, type Field, type Members } from "../record/catalogue";
import { useWords } from "../words/words";
import classes from "./show.module.css";

export default function Show() {
    const { operation: name = "" } = useParams();
    const { t, title, told } = useWords();
    const known = isOperation(name) && operation(name).reads;
    const asking = useQuery({
        queryKey: ["members", name],
        queryFn: () => members(name),
        staleTime: Infinity,
        enabled: known,
    });
    if (!known) return <p role="alert">{t("operations.unknown", { name })}</p>;
    return (
        <>
            <PageHead title={title(name)} />
            <p className={classes.what}>{told(operation(name).help)}</p>
            <Answered asking={asking}>
                {(found) => <Asked key={name} name={name} found={found} />}
            </Answered>
        </>
    );
}

// Lists are scrolled here, and pages of them are not asked for by hand.
function askedOf(name: string, found: Members): Field[] {
    const pages = operation(name).shape === "record" ? [] : ["after", "before", "limit"];
    return found.input.filter((field) => !pages.includes(field.name));
}

function Asked({ name, found }: { name: string; found: Members }) {
    const [search] = useSearchParams();
    const { t, label } = useWords();
    const fields = askedOf(name, found);
    const given = Object.fromEntries(
        [...search].filter(([key]) => fields.some((field) => field.name === key)),
    ) as Values;
    const ready = Object.keys(checkAll(fields, given)).length === 0;
    const sent = ready ? toSend(fields, given) : {};
    const said = Object.entries(given)
        .map(([key, value]) => `${label(key)} ${String(value)}`)
        .join(", ");
    const form = <Form key={search.toString()} fields={fields} given={given} />;
    return (
        <>
            {fields.length > 0 &&
                (ready ? (
                    <details className={classes.asks}>
                        <summary>
                            {said ? `${said} — ` : ""}
                            {t("show.change")}
                        </summary>
                        {form}
                    </details>
                ) : (
                    <Section title={t("show.asks")}>{form}</Section>
                ))}
            {ready &&
                (operation(name).shape === "record" ? (
                    <One name={name} found={found} given={sent} />
                ) : (
                    <List key={JSON.stringify(sent)} name={name} input={sent} />
                ))}
        </>
    );
}

function Form({ fields, given }: { fields: Field[]; given: Values }) {
    const [, setSearch] = useSearchParams();
    const [values, setValues] = useState<Values>(given);
    const [wrong, setWrong] = useState<Record<string, string>>({});
    const { t } = useWords();
    function submit(event: React.FormEvent) {
        event.preventDefault();
        const faults = checkAll(fields, values);
        setWrong(faults);
        if (Object.keys(faults).length) return;
        setSearch(
            Object.entries(toSend(fields, values)).map(([key, value]) => [key, String(value)]),
        );
    }
    return (
        <form onSubmit={submit} noValidate className={classes.form}>
            {fields.map((field) => (
                <FieldInput
                    key={field.name}
                    field={field}
                    path={field.name}
                    value={values[field.name]}
                    wrong={wrong}
                    change={(value) => setValues({ ...values, [field.name]: value })}
                />
            ))}
            <Button type="submit">{t("show.ask")}</Button>
        </form>
    );
}

function One({ name, found, given }: { name: string; found: Members; given: Values }) {
    const asking = useQuery({
        queryKey: ["read", name, given],
        queryFn: () => read<Values>(name, given),
    });
    return (
        <Answered asking={asking}>
            {(answer) => <Whole name={name} fields={found.output} row={answer.row} given={given} />}
        </Answered>
    );
}
