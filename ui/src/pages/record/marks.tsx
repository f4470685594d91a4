// marks.tsx: what is to be known of an entry before it is read: amended, late, a consequence.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Mark } from "../../pieces/verdict";
import { useWords } from "../../words/words";
import { isLate } from "./journal";

interface Marked {
    at: string;
    occurred_at?: string;
    cause: number;
    corrected_by: number;
    annulled_by: number;
}

export function EntryMarks({ row }: { row: Marked }) {
    const { t } = useWords();
    return (
        <>
            {row.annulled_by > 0 && (
                <Mark tone="bad">{t("record.annulled_by", { seq: row.annulled_by })}</Mark>
            )}
            {row.corrected_by > 0 && (
                <Mark tone="held">{t("record.corrected_by", { seq: row.corrected_by })}</Mark>
            )}
            {isLate(row) && <Mark tone="wait">{t("record.late")}</Mark>}
            {row.cause > 0 && (
                <Mark tone="plain">{t("record.followed_from", { seq: row.cause })}</Mark>
            )}
        </>
    );
}
