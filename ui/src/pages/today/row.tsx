// row.tsx: one thing that waits: what, how long, and the way to where it is settled.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { IconArrowRight } from "../../pieces/icons";
import { leadsTo } from "../../pieces/value";
import { Mark } from "../../pieces/verdict";
import { useSession } from "../../record/session";
import { day, instant, span } from "../../words/show";
import { useWords } from "../../words/words";
import { daysBetween, placeOf, type WaitingRow } from "./waiting";
import classes from "./today.module.css";

// A clock in minutes runs; an overdue one is told by sign and word.
function Clock({ due_at, now }: { due_at: string; now: number }) {
    const { t } = useWords();
    const left = Date.parse(due_at) - now;
    if (left < 0) return <Mark tone="late">{t("today.overdue_by", { span: span(left) })}</Mark>;
    return <Mark tone="wait">{t("today.left", { span: span(left) })}</Mark>;
}

function Due({ row, today }: { row: WaitingRow; today: string }) {
    const { t } = useWords();
    if (!row.due_on) return row.overdue ? <Mark tone="late">{t("today.overdue")}</Mark> : null;
    const days = daysBetween(today, row.due_on);
    if (row.overdue)
        return (
            <Mark tone="late">
                {t(days === -1 ? "today.overdue_day" : "today.overdue_days", { count: -days })}
            </Mark>
        );
    if (days === 0) return <Mark tone="wait">{t("today.due_today")}</Mark>;
    if (days < 0) return <Mark tone="plain">{t("today.possible", { day: day(row.due_on) })}</Mark>;
    return (
        <Mark tone="wait">
            {t(days === 1 ? "today.due_tomorrow" : "today.due_in", { count: days })}
        </Mark>
    );
}

function Since({ since, now }: { since: string; now: number }) {
    const { t } = useWords();
    const minutes = Math.floor((now - Date.parse(since)) / 60_000);
    const days = Math.floor(minutes / 1440);
    if (minutes < 1) return null;
    const told =
        days >= 2
            ? t("today.days", { count: days })
            : minutes < 60
              ? t("span.minutes", { minutes })
              : span(minutes * 60_000);
    return (
        <span className={classes.since} title={instant(since)}>
            {t("today.since", { span: told })}
        </span>
    );
}

// Days in a sentence of the record, as its reader writes them.
function withDays(text: string): string {
    return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (found) => day(found));
}

// Whether the amount tells of how many vials it is; of a recall it tells how many are missing.
function holdsVials(row: WaitingRow): boolean {
    return row.unit === "vials" && row.amount !== undefined && row.kind !== "recall_closing";
}

// What is held is named as kind:code; everything else by its code alone.
function Thing({ row }: { row: WaitingRow }) {
    const { t, label } = useWords();
    const at = row.code.indexOf(":");
    return (
        <span className={classes.thing}>
            <strong className={classes.code}>{row.code.slice(at + 1)}</strong>
            {at > 0 && <span className={classes.beside}>{label(row.code.slice(0, at))}</span>}
            {row.beside && <Beside beside={row.beside} />}
            {holdsVials(row) && (
                <span className={classes.beside}>
                    {t(row.amount === 1 ? "today.vial" : "today.vials", { count: row.amount ?? 0 })}
                </span>
            )}
        </span>
    );
}

// What else it concerns, as kind:code.
function Beside({ beside }: { beside: string }) {
    const { label } = useWords();
    const at = beside.indexOf(":");
    const kind = beside.slice(0, at);
    const code = beside.slice(at + 1);
    const lead = leadsTo(kind, code);
    return (
        <span className={classes.beside}>
            {label(kind)} {lead ? <Link href={lead}>{code}</Link> : code}
        </span>
    );
}

export function Row({ row, now, today }: { row: WaitingRow; now: number; today: string }) {
    const { sentence, title } = useWords();
    const { permissions } = useSession();
    return (
        <li className={classes.row}>
            <Thing row={row} />
            <span className={classes.clock}>
                {row.due_at ? (
                    <Clock due_at={row.due_at} now={now} />
                ) : (
                    <Due row={row} today={today} />
                )}
                {row.since && !row.due_on && <Since since={row.since} now={now} />}
            </span>
            <span className={classes.waiting}>{withDays(sentence(row.waiting))}</span>
            <Link
                href={placeOf(row, permissions)}
                className={classes.settle}
                data-settle
                aria-label={`${title(row.operation)}: ${row.code}`}
            >
                {title(row.operation)} <IconArrowRight size={20} aria-hidden />
            </Link>
        </li>
    );
}
