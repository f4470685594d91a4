// operation_form.tsx: the form of any operation that records, made from the catalogue.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { newKey, Refusal, type Beside, type Receipt, type Value, type Values } from "../record/ask";
import { members, operation, type Members } from "../record/catalogue";
import { dropDraft, keepDraft, openDraft, type Draft } from "../record/drafts";
import { useRefresh } from "../record/reading";
import { useMay, useSession } from "../record/session";
import { Answered, Refused } from "../pieces/refused";
import { Mark } from "../pieces/verdict";
import { useWords } from "../words/words";
import { checkAll, toSend } from "./checks";
import { FieldInput } from "./field_input";
import { Done } from "./done";
import { useSending } from "./sending";
import { isSigned, noSecrets, Signing } from "./signing";
import classes from "./forms.module.css";

export interface FormProps {
    name: string;
    given?: Values; // filled in by the page, and not changed in the form
    start?: Values; // filled in, and may be changed
    about?: string; // what a draft is kept under, where given changes while somebody types
    done?: (receipt: Receipt) => void;
    children?: React.ReactNode; // shown over the button
    blocked?: string; // why it cannot be sent, in words; "" where it can
    quiet?: boolean; // the page tells the receipt itself
}

export function OperationForm(props: FormProps) {
    const asking = useQuery({
        queryKey: ["members", props.name],
        queryFn: () => members(props.name),
        staleTime: Infinity,
    });
    const may = useMay();
    const { t, title } = useWords();
    if (!may(props.name))
        return <Mark tone="held">{t("form.forbidden", { what: title(props.name) })}</Mark>;
    return <Answered asking={asking}>{(found) => <Form {...props} found={found} />}</Answered>;
}

function withoutFiles(found: Members, values: Values): Values {
    const left = new Set(
        found.input.filter((each) => each.kind === "file" || each.secret).map((each) => each.name),
    );
    return Object.fromEntries(Object.entries(values).filter(([name]) => !left.has(name)));
}

// What the server says is shown at the field it names, where the form has that field.
function atField(
    fault: unknown,
    found: Members,
    sentence: (text: string) => string,
): Record<string, string> {
    if (!(fault instanceof Refusal) || !fault.field) return {};
    const head = fault.field.split(/[.[]/)[0]!;
    const own =
        found.input.some((each) => each.name === head) ||
        ["signature", "witness", "reason", "occurred_at"].includes(head);
    return own ? { [fault.field]: sentence(fault.text) } : {};
}

function isRefused(fault: unknown): boolean {
    return fault instanceof Refusal && fault.kind !== "lost" && fault.kind !== "unknown";
}

function beside(draft: Draft, of: ReturnType<typeof operation>, secrets: typeof noSecrets): Beside {
    const around = (draft.values["."] ?? {}) as { reason?: string; occurred_at?: string };
    return {
        key: draft.key,
        ...(around.reason ? { reason: around.reason } : {}),
        ...(around.occurred_at ? { occurred_at: new Date(around.occurred_at).toISOString() } : {}),
        ...(of.signature ? { signature: { secret: secrets.secret } } : {}),
        ...(of.witness
            ? { witness: { account: secrets.witness, secret: secrets.witness_secret } }
            : {}),
    };
}

function Form({
    name,
    about,
    given = {},
    start = {},
    done,
    children,
    blocked,
    quiet,
    found,
}: FormProps & { found: Members }) {
    const { t, title, told, sentence } = useWords();
    const { account } = useSession();
    const refresh = useRefresh();
    const of = operation(name);
    // A draft about one thing never comes up in the form of another.
    const subject =
        about ??
        Object.values({ ...start, ...given })
            .map(String)
            .join(" ");
    const [draft, setDraft] = useState<Draft>(() => openDraft(account, name, subject, start));
    const [secrets, setSecrets] = useState(noSecrets);
    const [wrong, setWrong] = useState<Record<string, string>>({});
    const form = useRef<HTMLFormElement>(null);
    const sending = useSending(name, (receipt) => {
        dropDraft(account, name, subject);
        setSecrets(noSecrets);
        void refresh();
        done?.(receipt);
    });
    const values = { ...draft.values, ...given };
    const told_wrong = { ...wrong, ...atField(sending.fault, found, sentence) };
    const around = (draft.values["."] ?? {}) as Values;

    useEffect(() => {
        if (sending.fault) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    }, [sending.fault]);

    // A changed request gets a key of its own once an answer refused the last. Where no answer came
    // the key stays: had the first arrived, the record says so instead of taking a second.
    function put(next: Values) {
        const changed = { key: isRefused(sending.fault) ? newKey() : draft.key, values: next };
        setDraft(changed);
        setWrong({});
        keepDraft(account, name, subject, { ...changed, values: withoutFiles(found, next) });
    }
    const change = (member: string) => (value: Value) => put({ ...draft.values, [member]: value });
    const shown = found.input.filter((field) => !(field.name in given));

    function submit(event: React.FormEvent) {
        event.preventDefault();
        const faults = checkAll(found.input, values);
        if (found.reason && !around["reason"]) faults["reason"] = t("check.missing");
        setWrong(faults);
        if (Object.keys(faults).length) {
            setTimeout(
                () => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(),
                0,
            );
            return;
        }
        if (blocked || !isSigned(of, secrets)) return;
        // A refusal may be on record under its key; what is sent behind it is another request.
        const next = isRefused(sending.fault) ? { ...draft, key: newKey() } : draft;
        if (next !== draft) {
            setDraft(next);
            keepDraft(account, name, subject, {
                ...next,
                values: withoutFiles(found, next.values),
            });
        }
        sending.send(toSend(found.input, values), beside(next, of, secrets));
    }

    function another() {
        setDraft({ key: newKey(), values: start });
        sending.restart();
    }

    if (sending.state === "done" && sending.receipt && !quiet)
        return <Done receipt={sending.receipt} again={another} />;
    return (
        <form
            ref={form}
            onSubmit={submit}
            noValidate
            className={classes.form}
            aria-label={title(name)}
        >
            <p className={classes.what}>{told(of.help)}</p>
            <fieldset
                disabled={sending.state === "lost" || sending.state === "sending"}
                className={classes.plain}
            >
                <div className={classes.fields}>
                    {shown.map((field) => (
                        <FieldInput
                            key={field.name}
                            field={field}
                            path={field.name}
                            value={draft.values[field.name]}
                            wrong={told_wrong}
                            change={change(field.name)}
                        />
                    ))}
                </div>
                <details
                    className={classes.more}
                    open={found.reason || !!around["occurred_at"] || undefined}
                >
                    <summary>{t("form.more")}</summary>
                    <Textarea
                        label={t("form.reason")}
                        description={t("form.reason_help")}
                        autosize
                        minRows={2}
                        name="reason"
                        withAsterisk={found.reason}
                        error={told_wrong["reason"]}
                        value={String(around["reason"] ?? "")}
                        onChange={(each) =>
                            put({
                                ...draft.values,
                                ".": { ...around, reason: each.currentTarget.value },
                            })
                        }
                    />
                    <TextInput
                        label={t("form.occurred_at")}
                        description={t("form.occurred_at_help")}
                        type="datetime-local"
                        step={1}
                        name="occurred_at"
                        error={told_wrong["occurred_at"]}
                        value={String(around["occurred_at"] ?? "")}
                        onChange={(each) =>
                            put({
                                ...draft.values,
                                ".": { ...around, occurred_at: each.currentTarget.value },
                            })
                        }
                    />
                </details>
                <Signing of={of} secrets={secrets} wrong={told_wrong} change={setSecrets} />
            </fieldset>
            {children}
            {sending.state === "lost" ? (
                <div role="alert" className={classes.lost}>
                    <Mark tone="wait">{t("form.lost")}</Mark>
                    <p>{t("form.lost_help")}</p>
                    <Button variant="default" onClick={sending.hold}>
                        {t("form.hold")}
                    </Button>
                </div>
            ) : sending.fault ? (
                <Refused fault={sending.fault} />
            ) : null}
            {blocked ? <Mark tone="held">{blocked}</Mark> : null}
            {Object.keys(wrong).length > 0 && (
                <Mark tone="bad">{t("form.wrong", { count: Object.keys(wrong).length })}</Mark>
            )}
            <Button
                type="submit"
                size="md"
                loading={sending.state === "sending"}
                className={classes.send}
                disabled={!!blocked || sending.state === "lost" || !isSigned(of, secrets)}
            >
                {of.signature ? t("form.sign", { what: title(name) }) : title(name)}
            </Button>
        </form>
    );
}
