// step.tsx: one step at the bench: its number, how it stands, and what is done in it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef } from "react";
import { Mark, type Tone } from "../../pieces/verdict";
import { useWords } from "../../words/words";
import classes from "./bench.module.css";

export type State = "done" | "now" | "later" | "bad";
const tones: Record<State, Tone> = { done: "good", now: "wait", later: "plain", bad: "bad" };
const CONTROLS = "input:not([disabled]), select:not([disabled]), textarea:not([disabled]), button:not([disabled])";

// Whoever types is not interrupted: only a field that vanished or the scan field hands on.
function isFree(): boolean {
    const at = document.activeElement;
    return !at || at === document.body || (at instanceof HTMLElement && (at.dataset["scan"] !== undefined || at.id === "main"));
}

// Forms load a moment later than the step that holds them.
function focusFirst(body: HTMLElement): () => void {
    const began = Date.now();
    const timer = setInterval(() => {
        const first = body.querySelector<HTMLElement>(CONTROLS);
        if (first && isFree()) first.focus({ preventScroll: true });
        if (first || Date.now() - began > 3000) clearInterval(timer);
    }, 50);
    return () => clearInterval(timer);
}

export function Step({ name, number, state, open, toggle, focus, children }: {
    name: string; number: number; state: State; open: boolean; toggle: () => void; focus: boolean;
    children: React.ReactNode;
}) {
    const { t } = useWords();
    const body = useRef<HTMLDivElement>(null);
    useEffect(() => (open && focus && body.current ? focusFirst(body.current) : undefined), [open, focus]);
    return (
        <section className={classes.step} aria-labelledby={`step-${name}`} data-step={name} data-state={state}>
            <h2 className={classes.step_head}>
                <button type="button" id={`step-${name}`} aria-expanded={open} onClick={toggle}>
                    <span className={classes.number} aria-hidden>{number}</span>
                    <span className={classes.step_name}>{t(`bench.step_${name}`)}</span>
                    <Mark tone={tones[state]}>{t(`bench.state_${state}`)}</Mark>
                </button>
            </h2>
            {open && <div ref={body} className={classes.step_body}>{children}</div>}
        </section>
    );
}
