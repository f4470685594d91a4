// amend.tsx: an entry is corrected or annulled by another one; both stay visible.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { checkAll, toSend } from "../../forms/checks";
import { FieldInput } from "../../forms/field_input";
import { OperationForm } from "../../forms/operation_form";
import { Section } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import { isOperation, members, type Field } from "../../record/catalogue";
import type { Value, Values } from "../../record/ask";
import { useMay } from "../../record/session";
import { useWords } from "../../words/words";
import { plain, type Entry } from "./journal";
import { Versions } from "./versions";
import classes from "./record.module.css";

// RFC 3339 as a field for date and time of this machine's zone takes it.
function localTime(text: string): string {
    const at = new Date(text);
    return Number.isNaN(at.getTime())
        ? text
        : new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

// What was said then, as far as the body still holds it; sealed texts have to be given again.
function saidThen(fields: Field[], body: Values): Values {
    const said = (field: Field, value: Value): Value => {
        if (typeof value === "string" && value.startsWith("sealed:")) return undefined;
        if (field.kind === "file") return undefined;
        if (field.kind === "instant" && typeof value === "string") return localTime(value);
        if (field.kind === "list" && Array.isArray(value))
            return value.map((row) => saidThen(field.of ?? [], row as Values));
        if (field.kind === "record" && value) return saidThen(field.of ?? [], value as Values);
        return value;
    };
    return Object.fromEntries(
        fields
            .filter((field) => field.name in body)
            .map((field) => [field.name, said(field, body[field.name])]),
    );
}

function Correct({ entry, fields }: { entry: Entry; fields: Field[] }) {
    const { t } = useWords();
    const [values, setValues] = useState<Values>(() => saidThen(fields, entry.body));
    const [wrong, setWrong] = useState<Record<string, string>>({});
    const [input, setInput] = useState<Values | null>(null);
    if (input)
        return (
            <div className={classes.forms}>
                <h3>{t("amend.compare")}</h3>
                <Versions
                    operation={entry.operation}
                    before={toSend(fields, saidThen(fields, entry.body))}
                    after={input}
                    seqs={[entry.seq]}
                    words={[t("amend.then"), t("amend.now")]}
                />
                <div>
                    <Button variant="default" onClick={() => setInput(null)}>
                        {t("amend.back")}
                    </Button>
                </div>
                <OperationForm
                    name="entry.correct"
                    given={{ seq: entry.seq, input: JSON.stringify(input) }}
                />
            </div>
        );
    return (
        <form
            noValidate
            className={classes.forms}
            aria-label={t("amend.correct")}
            onSubmit={(event) => {
                event.preventDefault();
                const faults = checkAll(fields, values);
                setWrong(faults);
                if (!Object.keys(faults).length) setInput(toSend(fields, values));
            }}
        >
            <p>{t("amend.whole")}</p>
            {fields.map((field) => (
                <FieldInput
                    key={field.name}
                    field={field}
                    path={field.name}
                    value={values[field.name]}
                    wrong={wrong}
                    change={(value) => {
                        setValues({ ...values, [field.name]: value });
                        setWrong({});
                    }}
                />
            ))}
            {Object.keys(wrong).length > 0 && (
                <Mark tone="bad">{t("form.wrong", { count: Object.keys(wrong).length })}</Mark>
            )}
            <div>
                <Button type="submit">{t("amend.next")}</Button>
            </div>
        </form>
    );
}

export function Amend({ entry }: { entry: Entry }) {
    const { t } = useWords();
    const may = useMay();
    const [way, setWay] = useState<"" | "correct" | "annul">("");
    const name = plain(entry.operation);
    const asking = useQuery({
        queryKey: ["members", name],
        queryFn: () => members(name),
        enabled: isOperation(name),
        staleTime: Infinity,
    });
    if (!may("entry.correct") || !isOperation(name) || name.startsWith("entry.")) return null;
    return (
        <Section title={t("amend.title")}>
            <p>{t("amend.what")}</p>
            <div className={classes.steps} role="group" aria-label={t("amend.title")}>
                <Button
                    variant={way === "correct" ? "filled" : "default"}
                    aria-pressed={way === "correct"}
                    onClick={() => setWay("correct")}
                >
                    {t("amend.correct")}
                </Button>
                <Button
                    variant={way === "annul" ? "filled" : "default"}
                    aria-pressed={way === "annul"}
                    onClick={() => setWay("annul")}
                >
                    {t("amend.annul")}
                </Button>
            </div>
            {way === "correct" && asking.data && (
                <Correct entry={entry} fields={asking.data.input} />
            )}
            {way === "annul" && <OperationForm name="entry.annul" given={{ seq: entry.seq }} />}
        </Section>
    );
}
