// sign_in.tsx: who works here now?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, Paper, PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Refusal } from "../record/ask";
import { isDemo, signIn } from "../record/session";
import { Mark } from "../pieces/verdict";
import { Refused } from "../pieces/refused";
import { useWords } from "../words/words";
import { LanguageChoice } from "./language";
import { DemoAccounts } from "./demo_accounts";
import classes from "./sign_in.module.css";

interface Given {
    account: string;
    secret: string;
    site: string;
}

// A secret typed with Caps Lock on is the usual reason for a wrong one.
function useCapsLock(): [boolean, (event: React.KeyboardEvent) => void] {
    const [on, setOn] = useState(false);
    return [on, (event) => setOn(event.getModifierState("CapsLock"))];
}

function useSigningIn(given: Given) {
    const client = useQueryClient();
    const [fault, setFault] = useState<unknown>(null);
    const [busy, setBusy] = useState(false);
    async function go() {
        setBusy(true);
        setFault(null);
        try {
            await signIn(client, given.account.trim(), given.secret, given.site.trim());
        } catch (each) {
            setFault(each);
        } finally {
            setBusy(false);
        }
    }
    return { fault, busy, go };
}

// The field to correct: the one that the server names, else the secret.
function fieldOf(fault: unknown): string {
    const named = fault instanceof Refusal ? fault.field : "";
    return named === "account" || named === "site" ? named : "secret";
}

function focus(form: HTMLFormElement | null, name: string) {
    const field = form?.elements.namedItem(name);
    if (field instanceof HTMLInputElement) {
        field.focus();
        field.select();
    }
}

function Fields({
    given,
    change,
    asked,
    caps,
}: {
    given: Given;
    change: (given: Given) => void;
    asked: boolean;
    caps: boolean;
}) {
    const { t } = useWords();
    const put = (name: keyof Given) => (each: React.ChangeEvent<HTMLInputElement>) =>
        change({ ...given, [name]: each.currentTarget.value });
    const missing = (value: string, key: string) => (asked && !value.trim() ? t(key) : undefined);
    return (
        <>
            <TextInput
                label={t("sign_in.account")}
                value={given.account}
                autoFocus
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                name="account"
                error={missing(given.account, "sign_in.missing_account")}
                onChange={put("account")}
            />
            <PasswordInput
                label={t("sign_in.secret")}
                value={given.secret}
                mt="sm"
                name="secret"
                autoComplete="current-password"
                error={missing(given.secret, "sign_in.missing_secret")}
                onChange={put("secret")}
            />
            <div role="status" className={classes.caps}>
                {caps && <Mark tone="unknown">{t("sign_in.caps")}</Mark>}
            </div>
            <TextInput
                label={t("sign_in.site")}
                description={t("sign_in.site_help")}
                value={given.site}
                mt="sm"
                autoCapitalize="characters"
                spellCheck={false}
                name="site"
                onChange={put("site")}
            />
        </>
    );
}

function Form({
    given,
    change,
    ready,
}: {
    given: Given;
    change: (given: Given) => void;
    ready: number;
}) {
    const { t } = useWords();
    const form = useRef<HTMLFormElement>(null);
    const { fault, busy, go } = useSigningIn(given);
    const [caps, watchCaps] = useCapsLock();
    const [asked, setAsked] = useState(false);

    // Behind a refusal the hands are where the correction is; behind a chosen example, on the button.
    useEffect(() => {
        if (fault) focus(form.current, fieldOf(fault));
    }, [fault]);
    useEffect(() => {
        if (ready) form.current?.querySelector<HTMLElement>("button[type=submit]")?.focus();
    }, [ready]);

    function submit(event: React.FormEvent) {
        event.preventDefault();
        setAsked(true);
        if (given.account.trim() && given.secret) void go();
        else focus(form.current, given.account.trim() ? "secret" : "account");
    }

    return (
        <Paper
            component="form"
            ref={form}
            withBorder
            p="lg"
            radius="md"
            onSubmit={submit}
            noValidate
            onKeyDown={watchCaps}
            onKeyUp={watchCaps}
            aria-label={t("sign_in.title")}
            className={classes.form}
        >
            <Fields given={given} change={change} asked={asked} caps={caps} />
            {fault ? (
                <div className={classes.fault}>
                    <Refused fault={fault} />
                </div>
            ) : null}
            <Button type="submit" mt="md" size="md" fullWidth loading={busy}>
                {t("sign_in.title")}
            </Button>
        </Paper>
    );
}

export function SignIn() {
    const { t } = useWords();
    const demo = useQuery({ queryKey: ["demo"], queryFn: isDemo });
    const [given, setGiven] = useState<Given>({ account: "", secret: "", site: "" });
    const [ready, setReady] = useState(0);
    return (
        <main className={demo.data ? classes.wide : classes.narrow}>
            <div className={classes.corner}>
                <LanguageChoice />
            </div>
            <div className={classes.who}>
                <h1>exoledger</h1>
                <p>{t("sign_in.what")}</p>
                <Form given={given} change={setGiven} ready={ready} />
            </div>
            {demo.data && (
                <DemoAccounts
                    chosen={given.account}
                    choose={(account, secret, site) => {
                        setGiven({ account, secret, site });
                        setReady((before) => before + 1);
                    }}
                />
            )}
        </main>
    );
}
