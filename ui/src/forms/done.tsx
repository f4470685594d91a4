// done.tsx: what was recorded, under which number, and what followed from it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { Link } from "wouter";
import type { Receipt } from "../record/ask";
import { Mark } from "../pieces/verdict";
import { instant } from "../words/show";
import { useWords } from "../words/words";
import classes from "./forms.module.css";

export function Done({ receipt, again }: { receipt: Receipt; again?: () => void }) {
    const { t, title } = useWords();
    const { entry, followed } = receipt;
    const plain = (name: string) => name.split("/")[0]!;
    return (
        <div role="status" className={classes.done}>
            <Mark tone="good">
                {t("done.recorded", {
                    what: title(plain(entry.operation)),
                    subject: entry.subject,
                })}
            </Mark>
            <p>
                {t("done.entry")} <Link href={`/record/${entry.seq}`}>{entry.seq}</Link> ·{" "}
                {instant(entry.at, true)}
            </p>
            {followed.length > 0 && (
                <>
                    <p>{t("done.followed")}</p>
                    <ul>
                        {followed.map((each) => (
                            <li key={each.seq}>
                                <Link href={`/record/${each.seq}`}>{each.seq}</Link>{" "}
                                {title(plain(each.operation))} {each.subject}
                            </li>
                        ))}
                    </ul>
                </>
            )}
            {again && (
                <Button variant="default" onClick={again}>
                    {t("done.again")}
                </Button>
            )}
        </div>
    );
}
