// numbers.tsx: the few numbers that must be none before a recall closes, readable from afar.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Mark } from "../../pieces/verdict";
import { whole } from "../../words/show";
import { useWords } from "../../words/words";
import classes from "./recall.module.css";

export interface MustBeNone {
    word: string; // what is counted, as a key
    count: number | undefined;
}

export function Numbers({ all }: { all: MustBeNone[] }) {
    const { t } = useWords();
    return (
        <ul className={classes.numbers}>
            {all.map(({ word, count }) => (
                <li
                    key={word}
                    data-count={word}
                    className={count === 0 ? classes.none : classes.some}
                >
                    <span className={classes.number}>
                        {count === undefined ? "?" : whole(count)}
                    </span>
                    <span>{t(word)}</span>
                    <Mark tone={count === undefined ? "unknown" : count === 0 ? "good" : "bad"}>
                        {t(
                            count === undefined
                                ? "recall.not_known"
                                : count === 0
                                  ? "recall.closes"
                                  : "recall.keeps_open",
                        )}
                    </Mark>
                </li>
            ))}
        </ul>
    );
}
