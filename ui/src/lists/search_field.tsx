// search_field.tsx: words that rows must show; asked when the typing pauses.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useId, useRef, useState } from "react";
import { IconSearch, IconX } from "../pieces/icons";
import { useWords } from "../words/words";
import classes from "./lists.module.css";

const PAUSE_MS = 250;

export function SearchField({
    what,
    value,
    search,
}: {
    what: string;
    value: string;
    search: (text: string) => void;
}) {
    const { t } = useWords();
    const [typed, setTyped] = useState(value);
    const sent = useRef(value);
    const field = useRef<HTMLInputElement>(null);
    const help = useId();
    function send(text: string) {
        sent.current = text.trim();
        search(sent.current);
    }
    // The address may change without the field, by a link or by going back.
    useEffect(() => {
        if (value === sent.current) return;
        sent.current = value;
        setTyped(value);
    }, [value]);
    useEffect(() => {
        if (typed.trim() === sent.current) return;
        const timer = setTimeout(() => send(typed), PAUSE_MS);
        return () => clearTimeout(timer);
    });
    return (
        <form
            className={classes.search}
            role="search"
            aria-label={t("list.search_in", { what })}
            onSubmit={(event) => {
                event.preventDefault();
                send(typed);
            }}
        >
            <IconSearch size={20} aria-hidden />
            <input
                ref={field}
                type="text"
                inputMode="search"
                enterKeyHint="search"
                autoComplete="off"
                spellCheck={false}
                maxLength={60}
                aria-label={t("list.search_in", { what })}
                aria-describedby={help}
                placeholder={t("list.search")}
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <span id={help} className={classes.hidden}>
                {t("list.search_help")}
            </span>
            {typed && (
                <button
                    type="button"
                    aria-label={t("list.search_clear")}
                    onClick={() => {
                        setTyped("");
                        send("");
                        field.current?.focus();
                    }}
                >
                    <IconX size={20} aria-hidden />
                </button>
            )}
        </form>
    );
}
