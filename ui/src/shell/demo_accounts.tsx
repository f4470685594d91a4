// demo_accounts.tsx: the example people of a demonstration record, whose secrets are printed for everybody.
// SPDX-License-Identifier: AGPL-3.0-or-later
import book from "told:accounts";
import { useWords } from "../words/words";
import classes from "./shell.module.css";

export function DemoAccounts({
    chosen,
    choose,
}: {
    chosen: string;
    choose: (account: string, secret: string, site: string) => void;
}) {
    const { t, choice } = useWords();
    return (
        <section className={classes.accounts} aria-label={t("sign_in.demo")}>
            <h2>{t("sign_in.demo")}</h2>
            <p>{t("sign_in.demo_help")}</p>
            {book.sites
                .filter((site) => book.accounts.some((each) => each.site === site.code))
                .map((site) => (
                    <div key={site.code}>
                        <h3>{site.name}</h3>
                        <ul>
                            {book.accounts
                                .filter((each) => each.site === site.code)
                                .map((each) => (
                                    <li key={each.account}>
                                        <button
                                            type="button"
                                            aria-pressed={each.account === chosen}
                                            onClick={() =>
                                                choose(
                                                    each.account,
                                                    `demo-${each.account}-secret`,
                                                    each.site,
                                                )
                                            }
                                        >
                                            <strong>{each.account}</strong> {each.name}
                                            <span>
                                                {each.roles.split(" ").map(choice).join(", ")}
                                            </span>
                                        </button>
                                    </li>
                                ))}
                        </ul>
                    </div>
                ))}
        </section>
    );
}
