// index.tsx: what is claimed, by the kind of study that carries it; never a promise.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { Answered } from "../../pieces/refused";
import { RuleAsks } from "../../pieces/rule";
import { PageHead, Section } from "../../pieces/section";
import { useWords } from "../../words/words";
import { CheckText } from "./check_text";
import { Claim } from "./claim";
import { useFacts, type Fact, type Pointed } from "./facts";
import { matches, studies, studyOf, wordsOf, type Study } from "./studies";
import classes from "./evidence.module.css";

export default function Evidence() {
    const { t } = useWords();
    const claims = useFacts("claims");
    return (
        <>
            <PageHead title={t("evidence.title")} />
            <Section title={t("evidence.plain_title")}>
                <p className={classes.plain}>{t("evidence.plain")}</p>
                <ul>
                    {["CN-09.promise/1", "QC-18.potency/1", "CN-03.statements/1"].map((id) => (
                        <li key={id}>
                            <RuleAsks id={id} />
                        </li>
                    ))}
                </ul>
                <p>{t("evidence.as_signed")}</p>
            </Section>
            <Answered asking={claims}>
                {(rows) =>
                    rows.length ? (
                        <Claims claims={rows} />
                    ) : (
                        <p role="status">{t("evidence.none_signed")}</p>
                    )
                }
            </Answered>
            <Section title={t("evidence.check")}>
                <CheckText />
            </Section>
        </>
    );
}

function Claims({ claims }: { claims: Fact[] }) {
    const { t } = useWords();
    const mechanisms = useFacts("mechanisms");
    const [sought, setSought] = useState("");
    const [route, setRoute] = useState("");
    const [study, setStudy] = useState("");
    const routes = [...new Set(claims.flatMap((each) => wordsOf(each.says["route"])))].sort();
    const found = claims.filter(
        (each) => matches(each, sought, route) && (!study || studyOf(each) === study),
    );
    const others = new Map(
        [...claims, ...(mechanisms.data ?? [])].map((each) => [
            each.code,
            { ...each, shown: found.includes(each) },
        ]),
    );
    const option = (value: string, label: string) => ({ value, label });
    return (
        <>
            <Section title={t("evidence.find")}>
                <div className={classes.find}>
                    <TextInput
                        label={t("evidence.seek")}
                        description={t("evidence.seek_help")}
                        value={sought}
                        onChange={(event) => setSought(event.currentTarget.value)}
                    />
                    <NativeSelect
                        label={t("evidence.route")}
                        description={t("evidence.route_help")}
                        value={route}
                        onChange={(event) => setRoute(event.currentTarget.value)}
                        data={[
                            option("", t("evidence.every_route")),
                            ...routes.map((each) => option(each, t(`route.${each}`))),
                        ]}
                    />
                    <NativeSelect
                        label={t("evidence.study")}
                        description={t("evidence.study_help")}
                        value={study}
                        onChange={(event) => setStudy(event.currentTarget.value)}
                        data={[
                            option("", t("evidence.every_study")),
                            ...studies.map((each) => option(each, t(`study.${each}`))),
                        ]}
                    />
                </div>
                <p role="status">
                    {t("evidence.found", { count: found.length, all: claims.length })}
                </p>
                <Tally claims={found} />
            </Section>
            {studies.map((each) => (
                <Group
                    key={each}
                    study={each}
                    claims={found.filter((claim) => studyOf(claim) === each)}
                    others={others}
                />
            ))}
        </>
    );
}

// How many of each kind, as bars with their numbers.
function Tally({ claims }: { claims: Fact[] }) {
    const { t } = useWords();
    const most = Math.max(
        1,
        ...studies.map((each) => claims.filter((claim) => studyOf(claim) === each).length),
    );
    return (
        <dl className={classes.tally}>
            {studies.map((each) => {
                const count = claims.filter((claim) => studyOf(claim) === each).length;
                return (
                    <div key={each}>
                        <dt>{t(`study.${each}`)}</dt>
                        <dd>
                            <svg width="100%" height="16" aria-hidden>
                                <rect
                                    width={`${(count / most) * 100}%`}
                                    height="16"
                                    className={classes.bar}
                                />
                            </svg>
                            <span>{count}</span>
                        </dd>
                    </div>
                );
            })}
        </dl>
    );
}

function Group({
    study,
    claims,
    others,
}: {
    study: Study;
    claims: Fact[];
    others: Map<string, Pointed>;
}) {
    const { t } = useWords();
    if (!claims.length) return null;
    return (
        <Section title={`${t(`study.${study}`)} (${claims.length})`}>
            <p>{t(`study.${study}.means`)}</p>
            <ul className={classes.claims}>
                {claims.map((each) => (
                    <li key={each.code} id={each.code}>
                        <Claim claim={each} others={others} />
                    </li>
                ))}
            </ul>
        </Section>
    );
}
