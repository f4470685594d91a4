// proof.tsx: what convinces somebody without the record that an entry is in it, as two files.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { IconDownload } from "../../pieces/icons";
import { Answered } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { rowOf } from "../../record/ask";
import { useWords } from "../../words/words";
import classes from "./record.module.css";

interface Proven {
    seq: number;
    hash: string;
    bytes: string;
    key: string;
    proof: string;
}

// The bytes as they are, without a line feed: their hash is the entry's.
export function saveText(name: string, text: string): void {
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function Files({ proven }: { proven: Proven }) {
    const { t } = useWords();
    const [proof, entry] = [`proof-${proven.seq}.json`, `entry-${proven.seq}.json`];
    return (
        <>
            <div className={classes.steps}>
                <Button
                    leftSection={<IconDownload size={18} aria-hidden />}
                    onClick={() => saveText(proof, proven.proof)}
                >
                    {t("proof.save_proof")}
                </Button>
                <Button
                    leftSection={<IconDownload size={18} aria-hidden />}
                    variant="default"
                    onClick={() => saveText(entry, proven.bytes)}
                >
                    {t("proof.save_entry")}
                </Button>
            </div>
            <p>{t("proof.key")}</p>
            <code className={classes.code}>{proven.key}</code>
            <p>{t("proof.check")}</p>
            <code
                className={classes.code}
            >{`verify.py --proof ${proof} --entry ${entry} --key ${proven.key}`}</code>
            <p>{t("proof.cannot")}</p>
        </>
    );
}

export function Proof({ seq }: { seq: number }) {
    const { t } = useWords();
    const [asked, setAsked] = useState(false);
    const asking = useQuery({
        queryKey: ["proof", seq],
        queryFn: () => rowOf<Proven>("entry.proof", { seq }),
        enabled: asked,
        staleTime: Infinity,
    });
    return (
        <Section title={t("proof.title")}>
            <p>{t("proof.what")}</p>
            {asked ? (
                <Answered asking={asking}>{(proven) => <Files proven={proven} />}</Answered>
            ) : (
                <Button variant="default" onClick={() => setAsked(true)}>
                    {t("proof.make")}
                </Button>
            )}
        </Section>
    );
}
