// kept_file.tsx: a file that the record keeps, saved as it was issued.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from "react";
import { IconDownload } from "../../pieces/icons";
import { Refused } from "../../pieces/refused";
import { rowOf } from "../../record/ask";
import { useWords } from "../../words/words";
import classes from "./lot.module.css";

interface Kept {
    name: string;
    sha256: string;
    type: string;
    base64: string;
}

function save({ name, type, base64 }: Kept): void {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const place = URL.createObjectURL(new Blob([bytes], { type }));
    const link = document.createElement("a");
    link.href = place;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(place), 60_000);
}

export function KeptFile({ operation, code }: { operation: string; code: string }) {
    const { t } = useWords();
    const [fault, setFault] = useState<unknown>(null);
    const [busy, setBusy] = useState(false);
    async function load() {
        setBusy(true);
        setFault(null);
        try {
            save(await rowOf<Kept>(operation, { code }));
        } catch (each) {
            setFault(each);
        } finally {
            setBusy(false);
        }
    }
    return (
        <>
            <button
                type="button"
                className={classes.act}
                disabled={busy}
                onClick={() => void load()}
            >
                <IconDownload size={18} aria-hidden /> {t("lot.papers.save", { code })}
            </button>
            {fault ? <Refused fault={fault} /> : null}
        </>
    );
}
