// tabs.tsx: the three ways to look at the record: entries, refusals, verification.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link, useLocation } from "wouter";
import { useWords } from "../../words/words";
import classes from "./record.module.css";

const places = [
    ["/record", "record.entries"],
    ["/record/refusals", "record.refusals"],
    ["/record/verification", "record.verify"],
] as const;

export function RecordTabs() {
    const { t } = useWords();
    const [at] = useLocation();
    return (
        <nav className={classes.tabs} aria-label={t("record.parts")}>
            {places.map(([to, word]) => (
                <Link key={to} href={to} aria-current={at === to ? "page" : undefined}>
                    {t(word)}
                </Link>
            ))}
        </nav>
    );
}
