// release.tsx: may this lot leave quarantine, and who signs that it does or that it never will?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from "react";
import { Link } from "wouter";
import { Done } from "../../forms/done";
import { OperationForm } from "../../forms/operation_form";
import { Answered } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { Mark, State } from "../../pieces/verdict";
import { rowOf, rowsOf, type Receipt } from "../../record/ask";
import { useMay } from "../../record/session";
import { instant } from "../../words/show";
import { useWords } from "../../words/words";
import { useQuery } from "@tanstack/react-query";
import { Checklist, isMet } from "./checklist";
import type { Finding, Lot, Readiness } from "./rows";
import classes from "./lot.module.css";

interface Signed {
    at: string;
    actor: string;
    signatures?: { account: string; name: string; meaning: string; at: string }[];
}

// An entry as it is stored says who signed it; who may not read entries sees its number alone.
function Decided({ lot }: { lot: Lot }) {
    const { t, choice } = useWords();
    const may = useMay();
    const asking = useQuery({
        queryKey: ["read", "entry.show", { seq: lot.decided_entry }],
        enabled: may("entry.show"),
        queryFn: async () =>
            JSON.parse(
                (await rowOf<{ bytes: string }>("entry.show", { seq: lot.decided_entry })).bytes,
            ) as Signed,
    });
    const signed = asking.data?.signatures?.[0];
    return (
        <p className={classes.summary}>
            <State word={lot.status} />
            {signed && (
                <span>
                    {t("lot.decided.by", {
                        name: signed.name,
                        account: signed.account,
                        meaning: choice(signed.meaning),
                    })}{" "}
                    · {instant(signed.at)}
                </span>
            )}
            <span>
                {t("done.entry")}{" "}
                <Link href={`/record/${lot.decided_entry}`}>{lot.decided_entry}</Link>
            </span>
            <a href="#papers">{t("lot.see", { what: t("lot.section.papers") })}</a>
        </p>
    );
}

function SignOff({
    lot,
    findings,
    done,
}: {
    lot: Lot;
    findings: Finding[];
    done: (receipt: Receipt) => void;
}) {
    const { t, title } = useWords();
    const may = useMay();
    const [chosen, setChosen] = useState<"lot.release" | "lot.reject" | "">("");
    const open = findings.filter((each) => !isMet(each));
    const blocked =
        findings.length === 0
            ? t("lot.sign.unknown")
            : open.length
              ? t("lot.sign.blocked", {
                    count: open.length,
                    rules: open.map((each) => each.rule).join(", "),
                })
              : "";
    if (!may("lot.release"))
        return (
            <p className={classes.sign}>
                <Mark tone="plain">{t("lot.sign.others")}</Mark>
            </p>
        );
    return (
        <div className={classes.sign}>
            <h3 className={classes.subhead}>{t("lot.sign.title")}</h3>
            <div className={classes.tabs} role="group" aria-label={t("lot.sign.title")}>
                {(["lot.release", "lot.reject"] as const).map((each) => (
                    <button
                        key={each}
                        type="button"
                        aria-pressed={chosen === each}
                        onClick={() => setChosen(chosen === each ? "" : each)}
                    >
                        {title(each)}
                    </button>
                ))}
            </div>
            {blocked && !chosen && <Mark tone="held">{blocked}</Mark>}
            {chosen === "lot.release" && (
                <OperationForm
                    key="release"
                    name="lot.release"
                    given={{ lot: lot.code }}
                    blocked={blocked}
                    done={done}
                    quiet
                >
                    <p>{t("lot.sign.release_means", { lot: lot.code, count: lot.vials })}</p>
                </OperationForm>
            )}
            {chosen === "lot.reject" && (
                <OperationForm
                    key="reject"
                    name="lot.reject"
                    given={{ lot: lot.code }}
                    done={done}
                    quiet
                >
                    <p>{t("lot.sign.reject_means", { lot: lot.code })}</p>
                </OperationForm>
            )}
        </div>
    );
}

export function Release({ lot }: { lot: Lot }) {
    const { t } = useWords();
    const [receipt, setReceipt] = useState<Receipt | null>(null);
    const asking = useQuery({
        queryKey: ["read", "release", lot.code],
        queryFn: async () => ({
            ready: await rowOf<Readiness>("lot.readiness", { code: lot.code }),
            missing: await rowsOf<Finding>("lot.missing", { code: lot.code }),
        }),
    });
    return (
        <Section id="release" title={t("lot.section.release")}>
            {receipt && <Done receipt={receipt} />}
            {lot.decided_entry > 0 && <Decided lot={lot} />}
            <Answered asking={asking}>
                {({ ready, missing }) => {
                    const { findings } = ready;
                    const open = findings.filter((each) => !isMet(each)).length;
                    return (
                        <>
                            <p className={classes.summary}>
                                <Mark tone={open || !findings.length ? "held" : "good"}>
                                    {t("lot.release.met", {
                                        met: findings.length - open,
                                        all: findings.length,
                                    })}
                                </Mark>
                                {lot.decided_entry > 0 && (
                                    <span className={classes.quiet}>{t("lot.release.again")}</span>
                                )}
                            </p>
                            <Checklist lot={lot} findings={findings} missing={missing} />
                            {lot.status === "quarantine" && (
                                <SignOff lot={lot} findings={findings} done={setReceipt} />
                            )}
                        </>
                    );
                }}
            </Answered>
        </Section>
    );
}
