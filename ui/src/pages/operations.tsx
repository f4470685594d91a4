// operations.tsx: everything that can be asked and recorded, by noun, as far as the reader may.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { nouns, operations, type Operation } from "../record/catalogue";
import { useMay } from "../record/session";
import { PageHead, Section } from "../pieces/section";
import { useWords, words } from "../words/words";
import classes from "./operations.module.css";

function matches(of: Operation, sought: string): boolean {
    const text = `${of.name} ${words.title(of.name)} ${words.told(of.help)}`.toLowerCase();
    return sought
        .toLowerCase()
        .split(/\s+/)
        .every((word) => text.includes(word));
}

export default function Operations() {
    const { t, title, told } = useWords();
    const may = useMay();
    const [sought, setSought] = useState("");
    const shown = operations.filter((each) => may(each.name) && matches(each, sought));
    return (
        <>
            <PageHead title={t("operations.title")} />
            <TextInput
                label={t("operations.search")}
                value={sought}
                onChange={(each) => setSought(each.currentTarget.value)}
                mb="md"
            />
            {shown.length === 0 && <p role="status">{t("operations.nothing", { sought })}</p>}
            {nouns
                .filter((noun) => shown.some((each) => each.name.startsWith(`${noun}.`)))
                .map((noun) => (
                    <Section key={noun} title={t(`noun.${noun}`)}>
                        <ul className={classes.list}>
                            {shown
                                .filter((each) => each.name.startsWith(`${noun}.`))
                                .map((each) => (
                                    <li key={each.name}>
                                        <Link href={`/${each.reads ? "show" : "do"}/${each.name}`}>
                                            {title(each.name)}
                                        </Link>
                                        <span>{told(each.help)}</span>
                                    </li>
                                ))}
                        </ul>
                    </Section>
                ))}
        </>
    );
}
