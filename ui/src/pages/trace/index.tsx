// index.tsx: any code, followed to what it came from and to what came of it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useLocation, useParams } from "wouter";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import { Genealogy } from "../../pictures/genealogy";
import type { Links } from "../../pictures/genealogy_layout";
import { useRow } from "../../record/reading";
import { useScan } from "../../shell/scan";
import { useWords } from "../../words/words";
import { Counts } from "./counts";
import { Name } from "./detail";
import { TraceList } from "./list";
import { isName, kinds, nameOf, tidy, type Kind } from "./naming";
import { resolve, sums, type Sums } from "./told";
import classes from "./trace.module.css";

// A name in an address may hold a slash, written as %2F.
function fromAddress(text: string | undefined): string {
    try {
        return decodeURIComponent(text ?? "");
    } catch {
        return text ?? "";
    }
}

function Ask({ start }: { start: string }) {
    const { t } = useWords();
    const [, go] = useLocation();
    const colon = isName(start) ? start.indexOf(":") : -1;
    const [code, setCode] = useState(start.slice(colon + 1));
    const [kind, setKind] = useState(colon > 0 ? start.slice(0, colon) : "");
    const field = useRef<HTMLInputElement>(null);
    const open = (text: string, of: string) => {
        const plain = tidy(text);
        if (plain)
            go(
                `/trace/${encodeURIComponent(isName(plain) || !of ? plain : nameOf(of as Kind, plain))}`,
            );
    };
    useScan((found) => open(found, ""));
    useEffect(() => {
        if (!start) field.current?.focus();
    }, [start]);
    return (
        <form
            className={classes.ask}
            role="search"
            aria-label={t("trace.ask")}
            onSubmit={(event) => {
                event.preventDefault();
                open(code, kind);
            }}
        >
            <TextInput
                ref={field}
                label={t("trace.code")}
                description={t("trace.code_help")}
                value={code}
                autoComplete="off"
                spellCheck={false}
                onChange={(each) => {
                    setCode(each.currentTarget.value);
                    setKind("");
                }}
            />
            <NativeSelect
                label={t("trace.kind")}
                description={t("trace.kind_help")}
                value={kind}
                onChange={(each) => setKind(each.currentTarget.value)}
                data={[
                    { value: "", label: t("trace.by_code") },
                    ...kinds.map((each) => ({ value: each, label: t(`kind.${each}`) })),
                ]}
            />
            <Button type="submit">{t("trace.follow")}</Button>
        </form>
    );
}

function Reached({ name, sums }: { name: string; sums: Sums }) {
    const { t } = useWords();
    const links = useRow<Links>("trace.links", { name });
    return (
        <>
            <Section title={t("trace.counts")}>
                <div className={classes.ways}>
                    <div>
                        <h3>{t("trace.backward")}</h3>
                        <Counts rows={sums.backward} name={t("trace.backward")} />
                    </div>
                    <div>
                        <h3>{t("trace.forward")}</h3>
                        <Counts rows={sums.forward} name={t("trace.forward")} />
                    </div>
                </div>
            </Section>
            <div className={classes.both}>
                <Section title={t("trace.picture")}>
                    <Answered asking={links}>
                        {(found) => <Genealogy key={name} links={found} />}
                    </Answered>
                </Section>
                <Section title={t("trace.list")}>
                    <TraceList direction="backward" name={name} counts={sums.backward} />
                    <TraceList direction="forward" name={name} counts={sums.forward} />
                </Section>
            </div>
        </>
    );
}

function Traced({ name }: { name: string }) {
    const asking = useQuery({ queryKey: ["read", "trace", name], queryFn: () => sums(name) });
    return <Answered asking={asking}>{(found) => <Reached name={name} sums={found} />}</Answered>;
}

function Several({ code, names }: { code: string; names: string[] }) {
    const { t } = useWords();
    if (!names.length)
        return (
            <p>
                <Mark tone="unknown">{t("trace.nothing", { code })}</Mark>
            </p>
        );
    return (
        <Section title={t("trace.several", { code })}>
            <ul className={classes.several}>
                {names.map((name) => (
                    <li key={name}>
                        <Name name={name} />
                    </li>
                ))}
            </ul>
        </Section>
    );
}

function Found({ code }: { code: string }) {
    const asking = useQuery({
        queryKey: ["read", "trace.find", code],
        queryFn: () => resolve(code),
    });
    return (
        <Answered asking={asking}>
            {(names) =>
                names.length === 1 ? (
                    <Traced key={names[0]} name={names[0]!} />
                ) : (
                    <Several code={code} names={names} />
                )
            }
        </Answered>
    );
}

export default function Trace() {
    const { t } = useWords();
    const start = tidy(fromAddress(useParams<{ "*": string }>()["*"]));
    return (
        <>
            <PageHead title={t("nav.trace")} />
            <Ask key={start} start={start} />
            {start &&
                (isName(start) ? (
                    <Traced key={start} name={start} />
                ) : (
                    <Found key={start} code={start} />
                ))}
        </>
    );
}
