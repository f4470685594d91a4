// show.tsx: the page of any operation that reads; what it asks for comes with the address.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "wouter";
import { checkAll, toSend } from "../forms/checks";
import { FieldInput } from "../forms/field_input";
import { Answered } from "../pieces/refused";
import { Facts } from "../pieces/facts";
import { Rows } from "../pieces/rows";
import { PageHead, Section } from "../pieces/section";
import { read, type Values } from "../record/ask";
import { isOperation, members, operation, type Members } from "../record/catalogue";
import { useWords } from "../words/words";

export default function Show() {
    const { operation: name = "" } = useParams();
    const { t, title, told } = useWords();
    const known = isOperation(name) && operation(name).reads;
    const asking = useQuery({ queryKey: ["members", name], queryFn: () => members(name), staleTime: Infinity, enabled: known });
    if (!known) return <p role="alert">{t("operations.unknown", { name })}</p>;
    return (
        <>
            <PageHead title={title(name)} />
            <p>{told(operation(name).help)}</p>
            <Answered asking={asking}>{(found) => <Asked key={name} name={name} found={found} />}</Answered>
        </>
    );
}

function Asked({ name, found }: { name: string; found: Members }) {
    const [search, setSearch] = useSearchParams();
    const [values, setValues] = useState<Values>(Object.fromEntries(search));
    const [wrong, setWrong] = useState<Record<string, string>>({});
    const { t } = useWords();
    const given = Object.fromEntries(search) as Values;
    const ready = Object.keys(checkAll(found.input, given)).length === 0;
    function submit(event: React.FormEvent) {
        event.preventDefault();
        const faults = checkAll(found.input, values);
        setWrong(faults);
        if (Object.keys(faults).length) return;
        const sent = toSend(found.input, values);
        setSearch(Object.entries(sent).map(([key, value]) => [key, String(value)]));
    }
    return (
        <>
            {found.input.length > 0 && (
                <Section title={t("show.asks")}>
                    <form onSubmit={submit} noValidate style={{ display: "grid", gap: "0.75rem", maxWidth: "30rem" }}>
                        {found.input.map((field) => (
                            <FieldInput key={field.name} field={field} path={field.name} value={values[field.name]} wrong={wrong}
                                change={(value) => setValues({ ...values, [field.name]: value })} />
                        ))}
                        <Button type="submit">{t("show.ask")}</Button>
                    </form>
                </Section>
            )}
            {ready && <Found name={name} found={found} given={toSend(found.input, given)} />}
        </>
    );
}

function Found({ name, found, given }: { name: string; found: Members; given: Values }) {
    const { t } = useWords();
    const asking = useQuery({ queryKey: ["read", name, given], queryFn: () => read<Values>(name, given) });
    return (
        <Section title={t("show.answer")}>
            <Answered asking={asking}>{(answer) => operation(name).shape === "record"
                ? <Facts fields={found.output} row={answer.row} />
                : <Rows fields={found.output} rows={answer.rows} />}</Answered>
        </Section>
    );
}
