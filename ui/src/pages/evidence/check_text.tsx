// check_text.tsx: is what a text says about a lot carried by the record, and what may be printed instead?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { narrow } from "../../forms/checks";
import { Answered } from "../../pieces/refused";
import { RuleAsks } from "../../pieces/rule";
import { Mark, type Tone } from "../../pieces/verdict";
import { rowsOf } from "../../record/ask";
import { useWords } from "../../words/words";
import classes from "./evidence.module.css";

interface Checked {
    kind: string;
    found?: string;
    verdict: string;
    rule?: string;
    why?: string;
    may_print_ja?: string;
    may_print_en?: string;
}

const tones: Record<string, Tone> = { supported: "good", in_part: "wait", unsupported: "bad" };

export function CheckText() {
    const { t } = useWords();
    const [lot, setLot] = useState("");
    const [text, setText] = useState("");
    const [asked, setAsked] = useState<{ lot: string; text: string } | null>(null);
    const asking = useQuery({
        queryKey: ["read", "claim.check", asked],
        enabled: asked !== null,
        queryFn: () => rowsOf<Checked>("claim.check", { ...asked }),
    });
    function submit(event: React.FormEvent) {
        event.preventDefault();
        if (lot.trim() && text.trim()) setAsked({ lot: narrow(lot), text: text.trim() });
    }
    return (
        <>
            <p>{t("evidence.check_help")}</p>
            <form onSubmit={submit} noValidate className={classes.check}>
                <TextInput
                    label={t("evidence.check_lot")}
                    withAsterisk
                    value={lot}
                    autoComplete="off"
                    onChange={(event) => setLot(event.currentTarget.value)}
                />
                <Textarea
                    label={t("evidence.check_text")}
                    withAsterisk
                    autosize
                    minRows={3}
                    value={text}
                    onChange={(event) => setText(event.currentTarget.value)}
                />
                <Button type="submit" disabled={!lot.trim() || !text.trim()}>
                    {t("evidence.check_go")}
                </Button>
            </form>
            {asked && (
                <Answered asking={asking}>
                    {(rows) => <Answer rows={rows} text={asked.text} />}
                </Answered>
            )}
        </>
    );
}

function Answer({ rows, text }: { rows: Checked[]; text: string }) {
    const { t, sentence } = useWords();
    return (
        <div role="status" className={classes.answer}>
            <p>
                {t("evidence.checked")} <q>{text}</q>
            </p>
            {!rows.length && (
                <p>
                    <Mark tone="unknown">{t("evidence.nothing_found")}</Mark>
                </p>
            )}
            <ul className={classes.claims}>
                {rows.map((row, i) => (
                    <li key={i}>
                        <p className={classes.first}>
                            <Mark tone={tones[row.verdict] ?? "unknown"}>
                                {t(
                                    row.verdict in tones
                                        ? `evidence.verdict_${row.verdict}`
                                        : "evidence.verdict_unknown",
                                )}
                            </Mark>
                            <span>{t(`evidence.kind_${row.kind}`)}</span>
                            {row.found && <q>{row.found}</q>}
                        </p>
                        {row.why && <p>{sentence(row.why)}</p>}
                        {row.rule && (
                            <p>
                                <RuleAsks id={row.rule} />
                            </p>
                        )}
                        {(row.may_print_ja || row.may_print_en) && (
                            <div className={classes.print}>
                                <p>{t("evidence.may_print")}</p>
                                {row.may_print_ja && <p lang="ja">{row.may_print_ja}</p>}
                                {row.may_print_en && <p lang="en">{row.may_print_en}</p>}
                            </div>
                        )}
                    </li>
                ))}
            </ul>
        </div>
    );
}
