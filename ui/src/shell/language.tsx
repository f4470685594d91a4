// language.tsx: Japanese or English, from the first screen on.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { choose, useWords, type Language } from "../words/words";
import { IconWorld } from "../pieces/icons";
import classes from "./shell.module.css";

const names: [Language, string][] = [
    ["ja", "日本語"],
    ["en", "English"],
];

export function LanguageChoice() {
    const { language, t } = useWords();
    return (
        <div className={classes.language} role="group" aria-label={t("language")}>
            <IconWorld size={18} aria-hidden />
            {names.map(([each, name]) => (
                <button
                    key={each}
                    type="button"
                    lang={each}
                    aria-pressed={each === language}
                    onClick={() => void choose(each)}
                >
                    {name}
                </button>
            ))}
        </div>
    );
}
