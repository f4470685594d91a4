// parts_bar.tsx: a whole and its parts, as one bar whose parts are named by number and word.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { whole } from "../words/show";
import classes from "./parts_bar.module.css";

export interface Part {
    key: string;
    word: string;
    count: number;
    look: "good" | "used" | "kept" | "moving" | "bad" | "other";
}

// Told apart by pattern too: nothing hangs on colour alone.
const looks: Record<Part["look"], string> = {
    good: classes.good!,
    used: classes.used!,
    kept: classes.kept!,
    moving: classes.moving!,
    bad: classes.bad!,
    other: classes.other!,
};

export function PartsBar({ parts, label }: { parts: Part[]; label: string }) {
    const shown = parts.filter((each) => each.count > 0);
    const sum = shown.reduce((all, each) => all + each.count, 0);
    return (
        <figure className={classes.figure} aria-label={label}>
            <div className={classes.bar} aria-hidden>
                {shown.map((each) => (
                    <span
                        key={each.key}
                        className={`${classes.part} ${looks[each.look]}`}
                        style={{ flexGrow: each.count }}
                    >
                        {each.count / sum > 0.07 ? whole(each.count) : ""}
                    </span>
                ))}
            </div>
            <ul className={classes.names}>
                {shown.map((each) => (
                    <li key={each.key}>
                        <span className={`${classes.sign} ${looks[each.look]}`} aria-hidden />{" "}
                        {each.word} <strong>{whole(each.count)}</strong>
                    </li>
                ))}
            </ul>
        </figure>
    );
}
