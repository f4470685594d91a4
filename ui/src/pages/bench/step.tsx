// step.tsx: one step at the bench: its number, how it stands, and what is done in it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef } from "react";
import { Mark, type Tone } from "../../pieces/verdict";
import { useWords } from "../../words/words";
import classes from "./bench.module.css";

export type State = "done" | "now" | "later" | "bad";
const tones: Record<State, Tone> = { done: "good", now: "wait", later: "plain", bad: "bad" };
const CONTROLS =
    "input:not([disabled]), select:not([disabled]), textarea:not([disabled]), button:not([disabled])";

// The first field that is asked for and still empty; else the first control at all.
function expected(body: HTMLElement): HTMLElement | null {
    for (const label of body.querySelectorAll<HTMLLabelElement>("label[data-required]")) {
        const field = label.control;
        if (
            (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) &&
            !field.value &&
            !field.disabled
        )
            return field;
    }
    return body.querySelector<HTMLElement>(CONTROLS);
}

// Whoever types is not interrupted: only a field that vanished or the scan field hands on.
function isFree(): boolean {
    const at = document.activeElement;
    return (
        !at ||
        at === document.body ||
        (at instanceof HTMLElement && (at.dataset["scan"] !== undefined || at.id === "main"))
    );
}

// Forms load a moment later than the step that holds them.
function focusFirst(body: HTMLElement): () => void {
    const began = Date.now();
    const timer = setInterval(() => {
        const first = expected(body);
        if (first && isFree()) first.focus({ preventScroll: true });
        if (first || Date.now() - began > 3000) clearInterval(timer);
    }, 50);
    return () => clearInterval(timer);
}

// stage: a word that changes when something else is expected within the step.
export function Step({
    name,
    number,
    state,
    open,
    toggle,
    stage,
    children,
}: {
    name: string;
    number: number;
    state: State;
    open: boolean;
    toggle: () => void;
    stage: string;
    children: React.ReactNode;
}) {
    const { t } = useWords();
    const body = useRef<HTMLDivElement>(null);
    useEffect(() => (open && body.current ? focusFirst(body.current) : undefined), [open, stage]);
    return (
        <section
            className={classes.step}
            aria-labelledby={`step-${name}`}
            data-step={name}
            data-state={state}
        >
            <h2 className={classes.step_head}>
                <button type="button" id={`step-${name}`} aria-expanded={open} onClick={toggle}>
                    <span className={classes.number} aria-hidden>
                        {number}
                    </span>
                    <span className={classes.step_name}>{t(`bench.step_${name}`)}</span>
                    <Mark tone={tones[state]}>{t(`bench.state_${state}`)}</Mark>
                </button>
            </h2>
            {open && (
                <div ref={body} className={classes.step_body}>
                    {children}
                </div>
            )}
        </section>
    );
}
