// field_input.tsx: one field of a form: label, unit, range, help and what is wrong with it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import {
    Checkbox,
    FileInput,
    Input,
    NativeSelect,
    PasswordInput,
    Textarea,
    TextInput,
} from "@mantine/core";
import type { Field } from "../record/catalogue";
import type { Value, Values } from "../record/ask";
import { unit, whole } from "../words/show";
import { useWords } from "../words/words";
import { ListInput } from "./list_input";
import classes from "./forms.module.css";

export interface Given {
    field: Field;
    path: string; // as the server names it in a refusal
    value: Value;
    wrong: Record<string, string>;
    change: (value: Value) => void;
    fixed?: boolean; // comes from the page and is not to be changed here
}

function range(field: Field): string {
    if (field.low === undefined && field.high === undefined) return "";
    const shown = (end: number | undefined) => (end === undefined ? "…" : whole(end));
    return `${shown(field.low)}–${shown(field.high)}`;
}

// Base64 without a data address; the whole file, so that its hash is that of the original.
export async function readFile(file: File): Promise<Values> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 0x8000)
        text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return { name: file.name, base64: btoa(text) };
}

const three = (value: Value) => (value === true ? "yes" : value === false ? "no" : "");

// A flag that is required is asked as a question with three answers: silence is not a no.
function FlagInput({ field, value, change, props }: Given & { props: object }) {
    const { t } = useWords();
    if (!field.required)
        return (
            <Checkbox
                {...props}
                checked={value === true}
                onChange={(each) => change(each.currentTarget.checked)}
            />
        );
    return (
        <NativeSelect
            {...props}
            value={three(value)}
            onChange={(each) =>
                change(
                    each.currentTarget.value === ""
                        ? undefined
                        : each.currentTarget.value === "yes",
                )
            }
            data={[
                { value: "", label: t("form.choose") },
                { value: "yes", label: t("yes") },
                { value: "no", label: t("no") },
            ]}
        />
    );
}

export function FieldInput(given: Given) {
    const { field, path, value, wrong, change, fixed } = given;
    const { label, told, choice, t } = useWords();
    const notes = [
        field.help ? told(field.help) : "",
        range(field),
        field.personal ? t("form.personal") : "",
    ];
    const name = field.unit ? `${label(field.name)} (${unit(field.unit)})` : label(field.name);
    const props = {
        label: name,
        description: notes.filter(Boolean).join(" · "),
        error: wrong[path],
        withAsterisk: field.required,
        disabled: fixed,
        name: path,
        "data-field": path,
        className: classes.field,
    };
    const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
    const typed = (each: { currentTarget: { value: string } }) =>
        change(each.currentTarget.value || undefined);
    if (field.kind === "flag") return <FlagInput {...given} props={props} />;
    if (field.kind === "list")
        return <ListInput {...given} label={name} help={props.description} />;
    if (field.kind === "record")
        return (
            <fieldset className={classes.group}>
                <legend>{name}</legend>
                {props.description && <Input.Description>{props.description}</Input.Description>}
                {(field.of ?? []).map((each) => (
                    <FieldInput
                        key={each.name}
                        field={each}
                        path={`${path}.${each.name}`}
                        wrong={wrong}
                        value={((value ?? {}) as Values)[each.name]}
                        change={(to) => change({ ...((value ?? {}) as Values), [each.name]: to })}
                    />
                ))}
            </fieldset>
        );
    if (field.kind === "file")
        return (
            <FileInput
                {...props}
                placeholder={t("form.file")}
                clearable
                clearButtonProps={{ "aria-label": t("form.clear") }}
                onChange={(file) => (file ? void readFile(file).then(change) : change(undefined))}
            />
        );
    if (field.choices)
        return (
            <NativeSelect
                {...props}
                value={text}
                onChange={typed}
                data={[
                    { value: "", label: t("form.choose") },
                    ...field.choices.map((word) => ({ value: word, label: choice(word) })),
                ]}
            />
        );
    if (field.kind === "date")
        return <TextInput {...props} type="date" max="9999-12-31" value={text} onChange={typed} />;
    if (field.kind === "instant")
        return (
            <TextInput {...props} type="datetime-local" step={1} value={text} onChange={typed} />
        );
    if (field.secret)
        return (
            <PasswordInput
                {...props}
                aria-invalid={!!wrong[path] || undefined}
                autoComplete="off"
                value={text}
                onChange={typed}
            />
        );
    if (field.kind === "text" && (field.longest ?? 0) >= 500)
        return <Textarea {...props} autosize minRows={2} value={text} onChange={typed} />;
    return (
        <TextInput
            {...props}
            value={text}
            onChange={typed}
            autoComplete="off"
            inputMode={
                field.kind === "integer" ? "numeric" : field.kind === "real" ? "decimal" : "text"
            }
        />
    );
}
