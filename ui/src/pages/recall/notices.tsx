// notices.tsx: who was told and answered, with those who did not on top, and the form in place.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { OperationForm } from "../../forms/operation_form";
import { Mark } from "../../pieces/verdict";
import { useMay, useNow } from "../../record/session";
import { instant } from "../../words/show";
import { useWords } from "../../words/words";
import { recipientOf, type Notice } from "./told";
import classes from "./recall.module.css";

// As a field for date and time takes it, in this machine's zone.
export function localTime(at_ms: number): string {
    return new Date(at_ms - new Date(at_ms).getTimezoneOffset() * 60_000)
        .toISOString()
        .slice(0, 19);
}

function Recipient({ name }: { name: string }) {
    const { t } = useWords();
    const { kind, code } = recipientOf(name);
    return (
        <>
            <span>{t(`recall.kind_${kind}`)}</span>{" "}
            <strong>
                {kind === "patient" ? <Link href={`/trace/${name}`}>{code}</Link> : code}
            </strong>
        </>
    );
}

function Tell({
    recall,
    name,
    notice,
    finished,
}: {
    recall: string;
    name: string;
    notice?: Notice;
    finished: () => void;
}) {
    const { kind, code } = recipientOf(name);
    const now = useNow();
    const [sent_at] = useState(() =>
        notice?.sent_at ? localTime(Date.parse(notice.sent_at)) : localTime(now() - 60_000),
    );
    return (
        <OperationForm
            name="recall.notify"
            given={{ recall, [kind]: code, [kind === "site" ? "patient" : "site"]: undefined }}
            start={{ sent_at, answer: notice ? "" : "open" }}
            done={finished}
        />
    );
}

function One({
    recall,
    name,
    notice,
    closed,
}: {
    recall: string;
    name: string;
    notice?: Notice;
    closed: boolean;
}) {
    const { t } = useWords();
    const may = useMay();
    const [telling, setTelling] = useState(false);
    const answered = notice && notice.answer !== "open";
    const tone = !notice
        ? "bad"
        : notice.answer === "reached"
          ? "good"
          : notice.answer === "unreachable"
            ? "unknown"
            : "wait";
    return (
        <li className={classes.notice} data-recipient={name}>
            <div className={classes.lot}>
                <span className={classes.recipient}>
                    <Recipient name={name} />
                </span>
                <Mark tone={tone}>
                    {notice ? t(`recall.answer_${notice.answer}`) : t("recall.not_told")}
                </Mark>
                {notice && (
                    <span>
                        {t("recall.sent", { at: instant(notice.sent_at) })} ·{" "}
                        <Link href={`/record/${notice.entry}`}>{notice.entry}</Link>
                    </span>
                )}
                {!closed && may("recall.notify") && (
                    <Button
                        variant={answered ? "default" : "filled"}
                        aria-expanded={telling}
                        onClick={() => setTelling(!telling)}
                    >
                        {t(
                            !notice
                                ? "recall.tell"
                                : answered
                                  ? "recall.tell_again"
                                  : "recall.answer",
                        )}
                    </Button>
                )}
            </div>
            {telling && (
                <Tell
                    recall={recall}
                    name={name}
                    notice={notice}
                    finished={() => setTelling(false)}
                />
            )}
        </li>
    );
}

export function Notices({
    recall,
    waiting,
    notices,
    closed,
}: {
    recall: string;
    waiting: string[];
    notices: Notice[];
    closed: boolean;
}) {
    const { t } = useWords();
    const find = (name: string) => notices.find((each) => each.recipient === name);
    const others = notices.filter((each) => !waiting.includes(each.recipient));
    return (
        <>
            <h3>{t("recall.unanswered", { count: waiting.length })}</h3>
            {waiting.length === 0 ? (
                <p>
                    <Mark tone="good">{t("recall.all_answered")}</Mark>
                </p>
            ) : (
                <ul className={classes.notices}>
                    {waiting.map((name) => (
                        <One
                            key={name}
                            recall={recall}
                            name={name}
                            notice={find(name)}
                            closed={closed}
                        />
                    ))}
                </ul>
            )}
            {others.length > 0 && (
                <>
                    <h3>{t("recall.answered", { count: others.length })}</h3>
                    <ul className={classes.notices}>
                        {others.map((each) => (
                            <One
                                key={each.recipient}
                                recall={recall}
                                name={each.recipient}
                                notice={each}
                                closed={closed}
                            />
                        ))}
                    </ul>
                </>
            )}
        </>
    );
}
