// rule.tsx: a rule by its id and its question.
// SPDX-License-Identifier: AGPL-3.0-or-later
import rules from "told:rules";
import { useWords } from "../words/words";
import classes from "./pieces.module.css";

export function ruleAsks(id: string, language: "ja" | "en"): string {
    return rules[id]?.[language] ?? "";
}

export function ruleBasis(id: string): string {
    return rules[id]?.basis ?? "";
}

export function RuleAsks({ id }: { id: string }) {
    const { language } = useWords();
    return (
        <>
            <span className={classes.code}>{id}</span> {ruleAsks(id, language)}
        </>
    );
}
