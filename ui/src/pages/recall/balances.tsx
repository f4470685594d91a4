// balances.tsx: the vials of every lot in scope, as bars, numbers and what is missing.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { Mark } from "../../pieces/verdict";
import { BalanceBar } from "../../pictures/balance_bar";
import { whole } from "../../words/show";
import { useWords } from "../../words/words";
import { ended, open, openVials, type Balance } from "./told";
import classes from "./recall.module.css";

function One({ balance, closing }: { balance: Balance; closing: boolean }) {
    const { t } = useWords();
    const left = openVials(balance);
    const shares = [
        ...ended.map((word) => ({ word, vials: balance[word], open: false })),
        ...open.map((word) => ({ word, vials: balance[word], open: closing })),
    ];
    return (
        <li className={classes.balance}>
            <div className={classes.lot}>
                <h3>
                    <Link href={`/lots/${balance.lot}`}>{balance.lot}</Link>
                </h3>
                <span>{t("balance.made", { made: whole(balance.made) })}</span>
                {closing && (
                    <Mark tone={left === 0 ? "good" : "bad"}>
                        {t("balance.open", { count: whole(left) })}
                    </Mark>
                )}
                <Mark tone={balance.difference === 0 ? "good" : "bad"}>
                    {t("balance.difference", { count: whole(balance.difference) })}
                </Mark>
            </div>
            <BalanceBar name={balance.lot} made={balance.made} shares={shares} />
        </li>
    );
}

// closing: vials that are still somewhere keep it open; a rehearsal only counts them.
export function Balances({ rows, closing = true }: { rows: Balance[]; closing?: boolean }) {
    return (
        <ul className={classes.balances}>
            {rows.map((each) => (
                <One key={each.lot} balance={each} closing={closing} />
            ))}
        </ul>
    );
}
