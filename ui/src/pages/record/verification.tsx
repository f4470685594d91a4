// verification.tsx: is the record whole? Asked here and now, with true progress.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, Progress } from "@mantine/core";
import { Link } from "wouter";
import { Refused } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import { whole } from "../../words/show";
import { useWords } from "../../words/words";
import { RecordTabs } from "./tabs";
import { useVerifying, verdictOf, type Checked, type Verifying } from "./verifying";
import classes from "./record.module.css";

const tones = { whole: "good", broken: "bad", unknown: "unknown" } as const;

function Running({ now, stop }: { now: Verifying; stop: () => void }) {
    const { t } = useWords();
    const part = now.size
        ? now.step === "entries"
            ? (90 * now.done) / now.size
            : now.step === "ledger"
              ? 92
              : 96
        : 0;
    return (
        <div className={classes.running}>
            <Progress value={part} size="xl" aria-label={t("verify.progress")} />
            <p role="status" className={classes.big}>
                {now.step === "entries"
                    ? t("verify.entries", {
                          done: whole(now.done),
                          size: now.size ? whole(now.size) : "…",
                      })
                    : t(`verify.${now.step}`)}
            </p>
            <div>
                <Button variant="default" onClick={stop}>
                    {t("verify.stop")}
                </Button>
            </div>
        </div>
    );
}

function Fault({ each }: { each: Checked }) {
    const { t, sentence } = useWords();
    const seq = /Entry (\d+)/.exec(each.detail ?? "")?.[1];
    return (
        <li>
            {each.step === "entries"
                ? t("verify.range", { first: each.first, last: each.last })
                : t(`verify.part_${each.step}`)}
            : <strong>{sentence(each.detail ?? "")}</strong>{" "}
            {seq && <Link href={`/record/${seq}`}>{t("verify.look", { seq })}</Link>}
        </li>
    );
}

function Result({ now }: { now: Verifying }) {
    const { t } = useWords();
    const verdict = verdictOf(now);
    const faults = [...now.broken, ...now.finished].filter((each) => each.verdict !== "whole");
    const last = now.finished[now.finished.length - 1];
    return (
        <div className={classes.result} role="status">
            <Mark tone={tones[verdict]} large>
                {t(`verify.is_${verdict}`)}
            </Mark>
            {faults.length > 0 && (
                <ul>
                    {faults.map((each) => (
                        <Fault key={`${each.step} ${each.first}`} each={each} />
                    ))}
                </ul>
            )}
            {verdict === "broken" && <p className={classes.big}>{t("verify.what_to_do")}</p>}
            <p>
                {t("verify.counts", {
                    entries: whole(now.done),
                    decisions: whole(now.decisions),
                    files: whole(now.files),
                    tables: whole(last?.tables ?? 0),
                    checkpoints: whole(last?.checkpoints ?? 0),
                    seconds: (now.took_ms / 1000).toFixed(1),
                })}
            </p>
            {last && last.unsigned_entries > 0 && (
                <Mark tone="wait">{t("verify.unsigned", { count: last.unsigned_entries })}</Mark>
            )}
            {last?.root && (
                <>
                    <p>{t("verify.root")}</p>
                    <code className={classes.code}>{last.root}</code>
                </>
            )}
        </div>
    );
}

export default function Verification() {
    const { t } = useWords();
    const { now, start, stop } = useVerifying();
    return (
        <>
            <PageHead title={t("record.verify")} />
            <RecordTabs />
            <Section title={t("verify.title")}>
                <p>{t("verify.what")}</p>
                {now.state !== "running" && (
                    <Button size="md" onClick={() => void start()}>
                        {t(now.state === "idle" ? "verify.start" : "verify.again")}
                    </Button>
                )}
                {now.state === "running" && <Running now={now} stop={stop} />}
                {now.state === "failed" && <Refused fault={now.fault} />}
                {now.state !== "idle" && now.state !== "running" && <Result now={now} />}
                {now.state === "running" && now.broken.length > 0 && <Result now={now} />}
            </Section>
            <Section title={t("verify.cannot_title")}>
                <p>{t("verify.cannot")}</p>
            </Section>
        </>
    );
}
