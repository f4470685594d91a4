// index.tsx: what waits today for who is signed in?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { IconCheck, IconRefresh } from "../../pieces/icons";
import { Refused, Waiting } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { useRows } from "../../record/reading";
import { useNow, useSession } from "../../record/session";
import { clock, day } from "../../words/show";
import { useWords } from "../../words/words";
import { Row } from "./row";
import { kindsOf, type WaitingRow } from "./waiting";
import { useTick } from "./tick";
import classes from "./today.module.css";

const EVERY_MS = 30_000;

// Local time as YYYY-MM-DD: the day on which something is due is a day where it is read.
export function dayOf(ms: number): string {
    const at = new Date(ms);
    const two = (n: number) => String(n).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

// The arrow keys go from one thing to the next, over the borders of its groups.
function step(event: React.KeyboardEvent<HTMLElement>) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-settle]")];
    const at = links.indexOf(document.activeElement as HTMLElement);
    const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
}

function Summary({ rows }: { rows: WaitingRow[] }) {
    const { t } = useWords();
    const overdue = rows.filter((row) => row.overdue).length;
    if (rows.length === 0) return null;
    return (
        <p className={classes.summary}>
            {t(rows.length === 1 ? "today.one" : "today.count", { count: rows.length })}
            {overdue > 0 && <strong> {t("today.count_overdue", { count: overdue })}</strong>}
        </p>
    );
}

function Groups({ rows, now }: { rows: WaitingRow[]; now: number }) {
    const { t, choice } = useWords();
    const { site } = useSession();
    const today = dayOf(now);
    if (rows.length === 0)
        return (
            <p className={classes.nothing}>
                <IconCheck size={32} stroke={2.5} aria-hidden /> {t("today.nothing", { site })}
            </p>
        );
    return (
        <div onKeyDown={step}>
            {kindsOf(rows).map((kind) => {
                const own = rows.filter((row) => row.kind === kind);
                return (
                    <Section
                        key={kind}
                        title={choice(kind)}
                        side={<span className={classes.number}>{own.length}</span>}
                    >
                        <ul className={classes.rows}>
                            {own.map((row) => (
                                <Row
                                    key={`${row.operation} ${row.code} ${row.beside ?? ""} ${row.waiting}`}
                                    row={row}
                                    now={now}
                                    today={today}
                                />
                            ))}
                        </ul>
                    </Section>
                );
            })}
        </div>
    );
}

// When the list is from, always in sight; whether it could be renewed, in words.
function Fresh({ at, busy, again }: { at: number; busy: boolean; again: () => void }) {
    const { t } = useWords();
    return (
        <div className={classes.fresh}>
            <span>{t("today.as_of", { time: clock(new Date(at).toISOString()) })}</span>
            <Button
                variant="default"
                size="sm"
                loading={busy}
                onClick={again}
                leftSection={<IconRefresh size={18} aria-hidden />}
            >
                {t("today.renew")}
            </Button>
        </div>
    );
}

export default function Today() {
    const { t, choice } = useWords();
    const { name, account, site, roles, ahead_ms } = useSession();
    const now = useNow();
    const asking = useRows<WaitingRow>("today.list", {}, { every_ms: EVERY_MS });
    useTick(asking.data);
    const again = () => void asking.refetch();
    const fault = asking.error ?? asking.failureReason;
    const from = asking.dataUpdatedAt + ahead_ms;
    return (
        <>
            <PageHead title={t("today.title", { name: name || account })}>
                {asking.data && <Fresh at={from} busy={asking.isFetching} again={again} />}
            </PageHead>
            <p className={classes.who}>
                {day(dayOf(now()))} · {account} · {site} · {roles.map(choice).join(", ")}
            </p>
            {asking.data && fault && (
                <div className={classes.stale}>
                    <p role="alert">
                        <strong>
                            {t("today.stale", { time: clock(new Date(from).toISOString()) })}
                        </strong>
                    </p>
                    <Refused fault={fault} again={again} />
                </div>
            )}
            <div role="status">{asking.data && <Summary rows={asking.data} />}</div>
            {asking.data ? (
                <Groups rows={asking.data} now={now()} />
            ) : asking.error ? (
                <Refused fault={asking.error} again={again} />
            ) : (
                <Waiting />
            )}
        </>
    );
}
