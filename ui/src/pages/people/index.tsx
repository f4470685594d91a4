// index.tsx: who works here, in which roles, and what each role may do.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { List } from "../../lists/list";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { operations } from "../../record/catalogue";
import { useRows } from "../../record/reading";
import { useMay } from "../../record/session";
import { useWords } from "../../words/words";
import { Matrix } from "./matrix";
import type { Held, Role } from "./role";
import classes from "./people.module.css";

const nouns = ["account", "role", "site", "token", "operator"];

function Acts() {
    const { t, title, told } = useWords();
    const may = useMay();
    const found = operations.filter(
        (each) => !each.reads && nouns.includes(each.name.split(".")[0]!) && may(each.name),
    );
    if (!found.length) return null;
    return (
        <Section title={t("people.act")}>
            <ul className={classes.acts}>
                {found.map((each) => (
                    <li key={each.name}>
                        <Link href={`/do/${each.name}`}>{title(each.name)}</Link>
                        <span>{told(each.help)}</span>
                    </li>
                ))}
            </ul>
        </Section>
    );
}

export default function People() {
    const { t } = useWords();
    const roles = useRows<Role>("role.list", { take: 1000 });
    const held = useRows<Held>("account.roles", { take: 1000 });
    return (
        <>
            <PageHead title={t("people.title")} />
            <Section title={t("people.matrix")}>
                <Answered asking={roles}>
                    {(found) => (
                        <Answered asking={held}>
                            {(holders) => (
                                <Matrix
                                    roles={found}
                                    held={holders.filter((each) => !each.withdrawn)}
                                />
                            )}
                        </Answered>
                    )}
                </Answered>
            </Section>
            <Section title={t("people.accounts")}>
                <List name="account.list" place="accounts" />
            </Section>
            <Section title={t("people.held")}>
                <List name="account.roles" place="held" />
            </Section>
            <Acts />
        </>
    );
}
