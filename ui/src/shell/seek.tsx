// seek.tsx: one field for any code, typed or scanned: it opens what the code names.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from "react";
import { useLocation } from "wouter";
import { narrow } from "../forms/checks";
import { IconSearch } from "../pieces/icons";
import { useWords } from "../words/words";
import { useScan } from "./scan";
import classes from "./shell.module.css";

// A vial reads LOT-SERIAL; other codes are told apart by the pages that show them.
export function placeOf(code: string): string {
    const plain = narrow(code);
    const place = encodeURIComponent(plain);
    if (/^[0-9]+$/.test(plain)) return `/record/${place}`;
    if (/^L-[A-Za-z0-9]+-[A-Za-z0-9]+$/.test(plain)) return `/lots/${place}`;
    if (/^SH-/.test(plain)) return `/cold-chain/${place}`;
    if (/^RC-/.test(plain)) return `/recalls/${place}`;
    return `/trace/${place}`;
}

export function Seek() {
    const { t } = useWords();
    const [, go] = useLocation();
    const [code, setCode] = useState("");
    useScan((found) => go(placeOf(found)));
    return (
        <form
            className={classes.seek}
            role="search"
            onSubmit={(event) => {
                event.preventDefault();
                if (!code.trim()) return;
                go(placeOf(code));
                setCode("");
            }}
        >
            <IconSearch size={18} aria-hidden />
            <input
                type="search"
                aria-label={t("seek")}
                placeholder={t("seek")}
                value={code}
                autoComplete="off"
                onChange={(event) => setCode(event.currentTarget.value)}
            />
        </form>
    );
}
