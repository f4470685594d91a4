// list_input.tsx: a field that holds several rows, each with its own fields.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, Input } from "@mantine/core";
import type { Value, Values } from "../record/ask";
import { useWords } from "../words/words";
import { FieldInput, type Given } from "./field_input";
import classes from "./forms.module.css";

export function ListInput({
    field,
    path,
    value,
    wrong,
    change,
    label,
    help,
}: Given & { label: string; help: string }) {
    const { t } = useWords();
    const rows = Array.isArray(value) ? (value as Values[]) : [];
    const put = (i: number, name: string, to: Value) =>
        change(rows.map((row, at) => (at === i ? { ...row, [name]: to } : row)));
    return (
        <fieldset className={classes.group} data-field={path}>
            <legend>
                {label}
                {field.required ? " *" : ""}
            </legend>
            {help && <Input.Description>{help}</Input.Description>}
            {wrong[path] && <Input.Error>{wrong[path]}</Input.Error>}
            {rows.map((row, i) => (
                <fieldset key={i} className={classes.row}>
                    <legend>{i + 1}</legend>
                    {(field.of ?? []).map((each) => (
                        <FieldInput
                            key={each.name}
                            field={each}
                            path={`${path}[${i}].${each.name}`}
                            wrong={wrong}
                            value={row[each.name]}
                            change={(to) => put(i, each.name, to)}
                        />
                    ))}
                    <Button
                        variant="subtle"
                        color="red"
                        size="sm"
                        onClick={() => change(rows.filter((_, at) => at !== i))}
                    >
                        {t("form.remove", { number: i + 1 })}
                    </Button>
                </fieldset>
            ))}
            <Button variant="default" onClick={() => change([...rows, {}])}>
                {t("form.add", { what: label })}
            </Button>
        </fieldset>
    );
}
