// balance_bar.tsx: where the vials of one lot are, as one bar and as numbers.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { whole } from "../words/show";
import { useWords } from "../words/words";
import classes from "./balance_bar.module.css";

export interface Share {
    word: string; // of the state
    vials: number;
    open: boolean; // still somewhere, so that nothing can be closed
}

// Open parts are hatched as well as coloured; every part stands below with its number.
export function BalanceBar({
    name,
    made,
    shares,
}: {
    name: string;
    made: number;
    shares: Share[];
}) {
    const { t, choice } = useWords();
    const shown = shares.filter((each) => each.vials > 0);
    const sum = shown.reduce((all, each) => all + each.vials, 0);
    const whole_width = Math.max(made, sum, 1);
    let from = 0;
    return (
        <figure className={classes.figure}>
            <svg
                className={classes.bar}
                viewBox="0 0 1000 56"
                preserveAspectRatio="none"
                role="img"
                aria-label={t("balance.bar", {
                    name,
                    made: whole(made),
                    parts: shown
                        .map((each) => `${choice(each.word)} ${whole(each.vials)}`)
                        .join(", "),
                })}
            >
                <defs>
                    <pattern
                        id="open-vials"
                        width="12"
                        height="12"
                        patternUnits="userSpaceOnUse"
                        patternTransform="rotate(45)"
                    >
                        <rect width="12" height="12" fill="#f2b8a0" />
                        <rect width="5" height="12" fill="#a33a12" />
                    </pattern>
                </defs>
                <rect width="1000" height="56" fill="#fff" stroke="#6d0d0d" strokeDasharray="6 5" />
                {shown.map((each) => {
                    const width = (1000 * each.vials) / whole_width;
                    const x = from;
                    from += width;
                    return (
                        <rect
                            key={each.word}
                            x={x}
                            width={Math.max(width, 2)}
                            height="56"
                            stroke="#fff"
                            strokeWidth="2"
                            fill={each.open ? "url(#open-vials)" : (fills[each.word] ?? "#7b8a94")}
                        />
                    );
                })}
            </svg>
            <figcaption>
                <ul className={classes.parts}>
                    {shown.map((each) => (
                        <li key={each.word}>
                            <svg width="22" height="22" aria-hidden="true">
                                <rect
                                    width="22"
                                    height="22"
                                    rx="4"
                                    fill={
                                        each.open
                                            ? "url(#open-vials)"
                                            : (fills[each.word] ?? "#7b8a94")
                                    }
                                />
                            </svg>
                            <span>{choice(each.word)}</span> <strong>{whole(each.vials)}</strong>
                        </li>
                    ))}
                </ul>
            </figcaption>
        </figure>
    );
}

const fills: Record<string, string> = {
    tested: "#5b7f95",
    retained: "#8aa6b5",
    given: "#0b4f6c",
    destroyed: "#3d6b52",
    lost: "#7a6a3a",
};
