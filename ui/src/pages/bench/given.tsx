// given.tsx: what was given, since when, what to watch for, and where to report an event.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { Link } from "wouter";
import { Section } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import type { Receipt, Values } from "../../record/ask";
import { useMay, useNow, useSession } from "../../record/session";
import { clock, instant, real, serials, volume } from "../../words/show";
import { useWords } from "../../words/words";
import { asTyped, suggested } from "./begun";
import { Elapsed } from "./clocks";
import classes from "./bench.module.css";

const DRIP_MINUTES = [0, 5, 15, 30]; // when a drip is looked at, unless the clinic wrote otherwise

function Watch({ drip, started }: { drip: boolean; started: string }) {
    const { t } = useWords();
    return (
        <>
            <h3>{t("bench.watch")}</h3>
            <p>{t("bench.watch_for")}</p>
            {drip && (
                <p>
                    {t("bench.watch_drip", {
                        times: DRIP_MINUTES.map((minutes) =>
                            clock(new Date(Date.parse(started) + minutes * 60_000).toISOString()),
                        ).join(" · "),
                    })}
                </p>
            )}
            <p className={classes.elapsed_line}>
                {t("bench.since")} <Elapsed since={started} />
            </p>
        </>
    );
}

export function Given({ receipt, next }: { receipt: Receipt; next: () => void }) {
    const { t, choice } = useWords();
    const { site } = useSession();
    const now = useNow();
    const may = useMay();
    const body = receipt.body;
    const amounts = (body["amounts"] ?? {}) as Values;
    const started = String(body["started_at"]);
    const event = new URLSearchParams({
        code: suggested("AE", now(), site),
        patient: String(body["patient"]),
        dose: receipt.entry.subject,
        known_at: asTyped(now()),
    });
    return (
        <Section title={t("bench.given_title")}>
            <div role="status" className={classes.given_head}>
                <Mark tone="good" large>
                    {t("bench.given_what", {
                        dose: receipt.entry.subject,
                        patient: String(body["patient"]),
                    })}
                </Mark>
            </div>
            <dl className={classes.who}>
                <div>
                    <dt>{t("bench.vial")}</dt>
                    <dd>
                        {String(body["lot"])}-{serials(Number(body["first"]), Number(body["last"]))}
                    </dd>
                </div>
                <div>
                    <dt>{t("bench.begun")}</dt>
                    <dd>{instant(started)}</dd>
                </div>
                <div>
                    <dt>{t("bench.route")}</dt>
                    <dd>{choice(String(body["route"]))}</dd>
                </div>
                <div>
                    <dt>{t("bench.volume")}</dt>
                    <dd>{volume(Number(body["volume_ul"]))}</dd>
                </div>
                {amounts["particles"] !== undefined && (
                    <div>
                        <dt>{t("bench.particles")}</dt>
                        <dd>
                            {real(String(amounts["particles"]))}
                            {amounts["particles_uncertainty"] !== undefined &&
                                ` ± ${real(String(amounts["particles_uncertainty"]))}`}
                        </dd>
                    </div>
                )}
                {amounts["eu_per_kg_hour"] !== undefined && (
                    <div>
                        <dt>{t("bench.endotoxin")}</dt>
                        <dd>{real(String(amounts["eu_per_kg_hour"]))} EU/kg/h</dd>
                    </div>
                )}
                <div>
                    <dt>{t("done.entry")}</dt>
                    <dd>
                        <Link href={`/record/${receipt.entry.seq}`}>{receipt.entry.seq}</Link>
                    </dd>
                </div>
            </dl>
            <Watch drip={body["route"] === "iv"} started={started} />
            <div className={classes.buttons}>
                {may("event.report") ? (
                    <Button
                        component={Link}
                        href={`/do/event.report?${event.toString()}`}
                        variant="default"
                    >
                        {t("bench.event")}
                    </Button>
                ) : (
                    <Mark tone="held">{t("bench.event_other")}</Mark>
                )}
                <Button onClick={next}>{t("bench.next")}</Button>
            </div>
        </Section>
    );
}
