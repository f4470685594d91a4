// signing.tsx: what a signature means, and the secrets that make it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { PasswordInput, TextInput } from "@mantine/core";
import type { Operation } from "../record/catalogue";
import { useSession } from "../record/session";
import { useWords } from "../words/words";
import classes from "./forms.module.css";

export interface Secrets {
    secret: string;
    witness: string;
    witness_secret: string;
}
export const noSecrets: Secrets = { secret: "", witness: "", witness_secret: "" };

export function isSigned(of: Operation, secrets: Secrets): boolean {
    return (
        (!of.signature || secrets.secret !== "") &&
        (!of.witness || (secrets.witness !== "" && secrets.witness_secret !== ""))
    );
}

export function Signing({
    of,
    secrets,
    wrong,
    change,
}: {
    of: Operation;
    secrets: Secrets;
    wrong: Record<string, string>;
    change: (secrets: Secrets) => void;
}) {
    const { t, choice } = useWords();
    const session = useSession();
    if (!of.signature && !of.witness) return null;
    return (
        <div className={classes.signing}>
            {of.signature && (
                <fieldset className={classes.group}>
                    <legend>{t("sign.yours")}</legend>
                    <p>
                        {t("sign.meaning", {
                            name: session.name || session.account,
                            account: session.account,
                            meaning: choice(of.signature),
                        })}
                    </p>
                    <PasswordInput
                        label={t("sign.secret")}
                        autoComplete="off"
                        value={secrets.secret}
                        withAsterisk
                        name="signature"
                        error={wrong["signature"]}
                        aria-invalid={!!wrong["signature"] || undefined}
                        onChange={(each) =>
                            change({ ...secrets, secret: each.currentTarget.value })
                        }
                    />
                </fieldset>
            )}
            {of.witness && (
                <fieldset className={classes.group}>
                    <legend>{t("sign.second")}</legend>
                    <p>{t("sign.other")}</p>
                    <TextInput
                        label={t("sign.account")}
                        autoComplete="off"
                        value={secrets.witness}
                        withAsterisk
                        name="witness"
                        error={wrong["witness"]}
                        onChange={(each) =>
                            change({ ...secrets, witness: each.currentTarget.value })
                        }
                    />
                    <PasswordInput
                        label={t("sign.secret_second")}
                        autoComplete="off"
                        value={secrets.witness_secret}
                        withAsterisk
                        name="witness_secret"
                        onChange={(each) =>
                            change({ ...secrets, witness_secret: each.currentTarget.value })
                        }
                    />
                </fieldset>
            )}
        </div>
    );
}
