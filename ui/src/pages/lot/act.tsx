// act.tsx: the way to an operation, or that somebody else has to do it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { IconArrowRight } from "../../pieces/icons";
import { useMay } from "../../record/session";
import { useWords } from "../../words/words";
import { addressOf, type Way } from "./meeting";
import classes from "./lot.module.css";

export function Act({ way }: { way: Way }) {
    const { t, title } = useWords();
    const may = useMay();
    const what = way.given["subject"]
        ? `${title(way.operation)} ${way.given["subject"]}`
        : title(way.operation);
    if (!may(way.operation))
        return <span className={classes.quiet}>{t("lot.act.others", { what })}</span>;
    return (
        <Link href={addressOf(way)} className={classes.act}>
            {what} <IconArrowRight size={18} aria-hidden />
        </Link>
    );
}
