// verdict_panel.tsx: may it be given? One word for the whole room, then every reason.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { IconCheck, IconHandStop, IconQuestionMark } from "../../pieces/icons";
import { Refused } from "../../pieces/refused";
import { RuleAsks } from "../../pieces/rule";
import { Section } from "../../pieces/section";
import { Mark, Verdict } from "../../pieces/verdict";
import { day, span } from "../../words/show";
import { useWords } from "../../words/words";
import type { Finding, Judgement } from "./judgement";
import { vialCodes, type Pair } from "./pair";
import type { Patient, Person } from "./person";
import classes from "./bench.module.css";

const signs = { given: IconCheck, not: IconHandStop, unknown: IconQuestionMark };
const order = ["not_met", "unknown", "met"];
const place = (verdict: string) => (order.includes(verdict) ? order.indexOf(verdict) : 1);

function why(
    judgement: Judgement,
    pair: Pair,
    person: Person,
    t: (key: string, v?: Record<string, number>) => string,
): string {
    const { standing, findings } = judgement;
    if (standing === "idle")
        return t(
            !pair.patient && !pair.vials.length
                ? "bench.why_nothing"
                : pair.patient
                  ? "bench.why_vial"
                  : "bench.why_patient",
        );
    if (standing === "asking") return t("bench.why_asking");
    if (standing === "lost") return t("bench.why_lost");
    if (standing === "old") return t("bench.why_old");
    if (!person.plan) return t(person.plans.data?.length ? "bench.why_plans" : "bench.why_plan");
    const count = (verdict: string) => findings.filter((each) => each.verdict === verdict).length;
    if (judgement.verdict === "not") return t("bench.why_not", { count: count("not_met") });
    if (judgement.verdict === "given") return t("bench.why_given", { count: findings.length });
    const todo = new Set(findings.flatMap((each) => (each.todo ? [each.todo] : []))).size;
    const open = findings.filter((each) => each.verdict !== "met" && !each.todo).length;
    return open === 0 && todo > 0
        ? t("bench.why_todo", { count: todo })
        : t("bench.why_unknown", { count: open });
}

function Who({ patient, pair }: { patient: Patient | undefined; pair: Pair }) {
    const { t, choice } = useWords();
    return (
        <dl className={classes.who}>
            <div>
                <dt>{t("bench.patient")}</dt>
                <dd>
                    {pair.patient ? <strong>{pair.patient}</strong> : t("bench.not_scanned")}
                    {patient?.name && (
                        <span>
                            {" "}
                            {patient.name}
                            {patient.reading ? ` (${patient.reading})` : ""}
                        </span>
                    )}
                    {patient?.birth_date && (
                        <span> · {t("bench.born", { day: day(patient.birth_date) })}</span>
                    )}
                    {patient?.sex && <span> · {choice(patient.sex)}</span>}
                </dd>
            </div>
            <div>
                <dt>{t("bench.vial")}</dt>
                <dd>
                    {pair.vials.length ? (
                        <strong>{vialCodes(pair.vials)}</strong>
                    ) : (
                        t("bench.not_scanned")
                    )}
                </dd>
            </div>
        </dl>
    );
}

function Reason({ finding, go }: { finding: Finding; go: (step: string) => void }) {
    const { t, sentence } = useWords();
    return (
        <li className={classes.reason}>
            <div className={classes.reason_verdict}>
                <Verdict verdict={finding.verdict} />
            </div>
            <div>
                <p className={classes.asked}>
                    <RuleAsks id={finding.rule} />
                </p>
                <p>
                    {t("bench.found")}{" "}
                    <strong>
                        {finding.todo && finding.verdict !== "not_met"
                            ? t("bench.not_answered")
                            : sentence(finding.fact)}
                    </strong>
                </p>
                <p>
                    {t("bench.asked")} {sentence(finding.limit)}
                </p>
                {finding.todo && (
                    <Button size="sm" variant="default" onClick={() => go(finding.todo!)}>
                        {t(`bench.go_${finding.todo}`)}
                    </Button>
                )}
            </div>
        </li>
    );
}

const tones = { given: "good", not: "bad", unknown: "unknown" } as const;

// The verdict stays in sight while the steps are worked on.
export function VerdictStrip({ judgement, pair }: { judgement: Judgement; pair: Pair }) {
    const { t } = useWords();
    return (
        <div className={classes.strip} aria-hidden>
            <Mark tone={judgement.greyed ? "plain" : tones[judgement.verdict]}>
                {t(`bench.${judgement.verdict}`)}
            </Mark>
            <span>
                {pair.patient} · {vialCodes(pair.vials)}
            </span>
        </div>
    );
}

export function VerdictPanel({
    judgement,
    pair,
    person,
    go,
}: {
    judgement: Judgement;
    pair: Pair;
    person: Person;
    go: (step: string) => void;
}) {
    const { t } = useWords();
    const { verdict, standing, findings, greyed, at } = judgement;
    const Sign = signs[verdict];
    const sorted = [...findings].sort((one, other) => place(one.verdict) - place(other.verdict));
    const open = standing === "known" ? sorted.filter((each) => each.verdict !== "met") : [];
    const met = standing === "known" ? sorted.filter((each) => each.verdict === "met") : [];
    return (
        <Section title={t("bench.verdict")} id="verdict">
            <div
                className={`${classes.verdict} ${classes[verdict]} ${greyed ? classes.greyed : ""}`}
                data-verdict={verdict}
                data-standing={standing}
            >
                <Sign size={72} stroke={2.5} aria-hidden />
                <div>
                    <p className={classes.word} role="status">
                        {t(`bench.${verdict}`)}
                    </p>
                    <p className={classes.because}>{why(judgement, pair, person, t)}</p>
                    {standing === "known" && at > 0 && (
                        <p className={classes.age}>
                            {greyed
                                ? t("bench.asking_again")
                                : t("bench.age", { span: span(Math.max(0, Date.now() - at)) })}
                        </p>
                    )}
                </div>
            </div>
            <Who patient={person.patient.data} pair={pair} />
            {judgement.fault ? <Refused fault={judgement.fault} again={judgement.again} /> : null}
            {(standing === "lost" || standing === "old") && !judgement.fault && (
                <Button variant="default" onClick={judgement.again}>
                    {t("fault.again")}
                </Button>
            )}
            {open.length > 0 && (
                <ul className={classes.reasons}>
                    {open.map((each) => (
                        <Reason key={each.rule} finding={each} go={go} />
                    ))}
                </ul>
            )}
            {met.length > 0 && (
                <details className={classes.met}>
                    <summary>{t("bench.met", { count: met.length })}</summary>
                    <ul className={classes.reasons}>
                        {met.map((each) => (
                            <Reason key={each.rule} finding={each} go={go} />
                        ))}
                    </ul>
                </details>
            )}
        </Section>
    );
}
