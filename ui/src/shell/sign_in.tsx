// sign_in.tsx: who works here now?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, Paper, PasswordInput, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isDemo, signIn } from "../record/session";
import { Refused } from "../pieces/refused";
import { useWords } from "../words/words";
import { LanguageChoice } from "./language";
import { DemoAccounts } from "./demo_accounts";
import classes from "./shell.module.css";

export function SignIn() {
    const { t } = useWords();
    const client = useQueryClient();
    const demo = useQuery({ queryKey: ["demo"], queryFn: isDemo });
    const [account, setAccount] = useState("");
    const [secret, setSecret] = useState("");
    const [site, setSite] = useState("");
    const [fault, setFault] = useState<unknown>(null);
    const [busy, setBusy] = useState(false);

    async function submit(event: React.FormEvent) {
        event.preventDefault();
        setBusy(true);
        setFault(null);
        try {
            await signIn(client, account.trim(), secret, site.trim());
        } catch (each) {
            setFault(each);
        } finally {
            setBusy(false);
        }
    }

    return (
        <main className={classes.sign_in}>
            <div className={classes.corner}><LanguageChoice /></div>
            <h1>exoledger</h1>
            <p>{t("sign_in.what")}</p>
            <Paper component="form" withBorder p="lg" radius="md" onSubmit={submit} aria-label={t("sign_in.title")}>
                <TextInput label={t("sign_in.account")} value={account} autoFocus autoComplete="username" size="md"
                    onChange={(each) => setAccount(each.currentTarget.value)} name="account" />
                <PasswordInput label={t("sign_in.secret")} value={secret} mt="sm" autoComplete="current-password" size="md"
                    onChange={(each) => setSecret(each.currentTarget.value)} name="secret" />
                <TextInput label={t("sign_in.site")} description={t("sign_in.site_help")} value={site} mt="sm" size="md"
                    onChange={(each) => setSite(each.currentTarget.value)} name="site" />
                {fault ? <div className={classes.gap}><Refused fault={fault} /></div> : null}
                <Button type="submit" mt="md" size="md" fullWidth loading={busy} disabled={!account || !secret}>{t("sign_in.title")}</Button>
            </Paper>
            {demo.data && <DemoAccounts choose={(name, word, at) => { setAccount(name); setSecret(word); setSite(at); }} />}
        </main>
    );
}
