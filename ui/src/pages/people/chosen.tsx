// chosen.tsx: one role with what it may and who holds it, or one permission with who has it and what it opens.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { IconCheck } from "../../pieces/icons";
import { operations } from "../../record/catalogue";
import { useMay, useSession } from "../../record/session";
import { useWords } from "../../words/words";
import type { Choice } from "./matrix";
import { mayOf, nameOf, type Held, type Role } from "./role";
import classes from "./people.module.css";

export function Chosen({ roles, held, choice }: { roles: Role[]; held: Held[]; choice: Choice }) {
    const role = roles.find((each) => each.code === choice.role);
    return (
        <div role="status" className={classes.panel}>
            {role && <OneRole role={role} roles={roles} held={held} />}
            {choice.permission && <OnePermission word={choice.permission} roles={roles} />}
        </div>
    );
}

function OneRole({ role, roles, held }: { role: Role; roles: Role[]; held: Held[] }) {
    const { t, language } = useWords();
    const session = useSession();
    const holders = held.filter((each) => each.role === role.code);
    const apart = (role.apart ?? "")
        .split(" ")
        .filter(Boolean)
        .map((code) => roles.find((each) => each.code === code))
        .map((each) => each && nameOf(each, language))
        .filter(Boolean);
    const may = mayOf(role);
    return (
        <>
            <h3>{t("people.role_may", { role: nameOf(role, language), count: may.length })}</h3>
            {session.roles.includes(role.code) && (
                <p>
                    <strong>{t("people.your_role")}</strong>
                </p>
            )}
            <ul className={classes.ticks}>
                {may.map((word) => (
                    <li key={word}>
                        <IconCheck size={20} stroke={3} aria-hidden /> {t(`permission.${word}`)}
                    </li>
                ))}
            </ul>
            <dl className={classes.facts}>
                <div>
                    <dt>{t("people.held_by")}</dt>
                    <dd>
                        {holders.length
                            ? holders.map((each) => `${each.account} (${each.site})`).join(", ")
                            : t("people.held_by_nobody")}
                    </dd>
                </div>
                {apart.length > 0 && (
                    <div>
                        <dt>{t("people.apart")}</dt>
                        <dd>{apart.join(", ")}</dd>
                    </div>
                )}
            </dl>
        </>
    );
}

function OnePermission({ word, roles }: { word: string; roles: Role[] }) {
    const { t, title, language } = useWords();
    const may = useMay();
    const holders = roles.filter((role) => mayOf(role).includes(word));
    const opened = operations.filter((each) => each.permission === word || each.witness === word);
    return (
        <>
            <h3>{t("people.roles_that_may", { what: t(`permission.${word}`) })}</h3>
            <ul className={classes.ticks}>
                {holders.map((role) => (
                    <li key={role.code}>
                        <IconCheck size={20} stroke={3} aria-hidden /> {nameOf(role, language)}
                    </li>
                ))}
            </ul>
            {holders.length === 0 && <p>{t("people.nobody")}</p>}
            {opened.length > 0 && <h4>{t("people.operations")}</h4>}
            <ul className={classes.opened}>
                {opened.map((each) => (
                    <li key={each.name}>
                        {may(each.name) ? (
                            <Link href={`/${each.reads ? "show" : "do"}/${each.name}`}>
                                {title(each.name)}
                            </Link>
                        ) : (
                            title(each.name)
                        )}
                    </li>
                ))}
            </ul>
        </>
    );
}
