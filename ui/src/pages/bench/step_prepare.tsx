// step_prepare.tsx: is the product as specified, and for a drip: what with, how long, who and what is ready?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useState } from "react";
import { FieldInput } from "../../forms/field_input";
import { checkField } from "../../forms/checks";
import { Mark } from "../../pieces/verdict";
import type { Value } from "../../record/ask";
import type { Field } from "../../record/catalogue";
import { day } from "../../words/show";
import { useWords } from "../../words/words";
import type { Pair } from "./pair";
import type { Person } from "./person";
import { isAnswered, isPrepared } from "./preparation";
import classes from "./bench.module.css";

export function StepPrepare({
    pair,
    person,
    fields,
    change,
    complete,
}: {
    pair: Pair;
    person: Person;
    fields: Field[];
    change: (name: string, value: Value) => void;
    complete: () => void;
}) {
    const { t } = useWords();
    const wanted = person.plan?.vials_per_dose ?? 1;
    const [shows, setShows] = useState(false); // what is missing, once somebody said it were complete
    const wrong = Object.fromEntries(
        fields.flatMap((field) => {
            const value = pair.prepared[field.name];
            const missing = field.required && !isAnswered(value) ? t("check.missing") : "";
            const fault = isAnswered(value) ? checkField(field, value) : shows ? missing : "";
            return fault ? [[field.name, fault]] : [];
        }),
    );
    return (
        <>
            {pair.vials.length < wanted && (
                <Mark tone="unknown">
                    {t("bench.scan_next", { count: pair.vials.length, wanted })}
                </Mark>
            )}
            {fields.some((each) => each.name === "deviation_why") && person.planned_on && (
                <p>{t("bench.off_day", { day: day(person.planned_on) })}</p>
            )}
            <form
                noValidate
                className={classes.prepare}
                aria-label={t("bench.step_prepare")}
                onSubmit={(event) => {
                    event.preventDefault();
                    setShows(true);
                    if (isPrepared(fields, pair.prepared)) complete();
                }}
            >
                <div className={classes.fields}>
                    {fields.map((field) => (
                        <FieldInput
                            key={field.name}
                            field={field}
                            path={field.name}
                            value={pair.prepared[field.name]}
                            wrong={wrong}
                            change={(value) => change(field.name, value)}
                        />
                    ))}
                </div>
                <Button type="submit" disabled={!!pair.begun_at}>
                    {t("bench.prepared")}
                </Button>
            </form>
        </>
    );
}
