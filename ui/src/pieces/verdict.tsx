// verdict.tsx: met, not met or unknown, by sign and word and only then by colour.
// SPDX-License-Identifier: AGPL-3.0-or-later
import {
    IconAlertTriangle,
    IconCheck,
    IconClock,
    IconInfoCircle,
    IconLock,
    IconQuestionMark,
    IconX,
} from "./icons";
import { useWords } from "../words/words";
import classes from "./pieces.module.css";

export type Tone = "good" | "bad" | "unknown" | "wait" | "late" | "held" | "plain";

const signs = {
    good: IconCheck,
    bad: IconX,
    unknown: IconQuestionMark,
    wait: IconClock,
    late: IconAlertTriangle,
    held: IconLock,
    plain: IconInfoCircle,
};

// What is neither known to be good nor known to be bad is unknown, and unknown blocks.
export function toneOf(verdict: string | undefined): Tone {
    if (verdict === "met") return "good";
    if (verdict === "not_met") return "bad";
    return "unknown";
}

export function Mark({
    tone,
    children,
    large,
}: {
    tone: Tone;
    children: React.ReactNode;
    large?: boolean;
}) {
    const Sign = signs[tone];
    return (
        <span className={`${classes.mark} ${classes[tone]} ${large ? classes.large : ""}`}>
            <Sign size={large ? 32 : 18} stroke={2.5} aria-hidden />
            <span>{children}</span>
        </span>
    );
}

export function Verdict({ verdict, large }: { verdict: string | undefined; large?: boolean }) {
    const { choice } = useWords();
    return (
        <Mark tone={toneOf(verdict)} large={large}>
            {choice(verdict || "unknown")}
        </Mark>
    );
}

// The state of a thing as the record words it. Words not named here are shown without a judgement.
const tones: Record<string, Tone> = {
    released: "good",
    accepted: "good",
    eligible: "good",
    open: "wait",
    closed: "plain",
    quarantine: "wait",
    rejected: "bad",
    ineligible: "bad",
    held: "held",
    recalled: "bad",
    overdue: "bad",
    due: "wait",
    unknown: "unknown",
};
export function State({ word, large }: { word: string | undefined; large?: boolean }) {
    const { choice } = useWords();
    const known = word || "unknown";
    return (
        <Mark tone={tones[known] ?? "plain"} large={large}>
            {choice(known)}
        </Mark>
    );
}
