// one.tsx: one recall as a list that lives: vials, places, patients, notices, answers, closing.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link, useParams } from "wouter";
import { OperationForm } from "../../forms/operation_form";
import { Csv } from "../../pieces/csv";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { RuleAsks } from "../../pieces/rule";
import { State, Verdict } from "../../pieces/verdict";
import { useRow, useRows } from "../../record/reading";
import { useSession } from "../../record/session";
import { clock } from "../../words/show";
import { useWords } from "../../words/words";
import { Balances } from "./balances";
import { Notices } from "./notices";
import { Numbers } from "./numbers";
import { Patients, Places } from "./reach";
import { openVials, unanswered, type Notice, type Reached, type Standing } from "./told";
import classes from "./recall.module.css";

const EVERY_MS = 10_000;

function Scope({ standing }: { standing: Standing }) {
    const { t, choice } = useWords();
    return (
        <p>
            {standing.lot ? (
                <>
                    {t("recall.of_lot")} <Link href={`/lots/${standing.lot}`}>{standing.lot}</Link>
                </>
            ) : (
                <>
                    {t("recall.of_donor")}{" "}
                    <Link href={`/trace/donor:${standing.donor}`}>{standing.donor}</Link>
                </>
            )}
            {" · "}
            {t("recall.class", { class: standing.class })}
            {" · "}
            {choice(standing.why)}
            {" · "}
            {t("recall.opened_in")} <Link href={`/record/${standing.entry}`}>{standing.entry}</Link>
            {standing.closed_entry > 0 && (
                <>
                    {" · "}
                    {t("recall.closed_in")}{" "}
                    <Link href={`/record/${standing.closed_entry}`}>{standing.closed_entry}</Link>
                </>
            )}
        </p>
    );
}

function Findings({ standing }: { standing: Standing }) {
    const { sentence, t } = useWords();
    const named = (text: string) =>
        text.replace(
            /\b(site|patient):(\S+)/g,
            (_, kind: string, code: string) => `${t(`kind.${kind}`)} ${code}`,
        );
    return (
        <ul className={classes.findings}>
            {standing.findings.map((each) => (
                <li key={each.rule}>
                    <Verdict verdict={each.verdict} />
                    <span>
                        <RuleAsks id={each.rule} />
                        <br />
                        {named(sentence(each.fact))}
                    </span>
                </li>
            ))}
        </ul>
    );
}

function Closing({ standing }: { standing: Standing }) {
    const { t } = useWords();
    const met =
        standing.findings.length > 0 && standing.findings.every((each) => each.verdict === "met");
    return (
        <Section id="closing" title={t("recall.closing")}>
            <Findings standing={standing} />
            {met ? (
                <OperationForm name="recall.close" given={{ recall: standing.code }} />
            ) : (
                <p className={classes.blocked}>{t("recall.cannot_close")}</p>
            )}
        </Section>
    );
}

function Living({ standing, at }: { standing: Standing; at: number }) {
    const { t } = useWords();
    const { ahead_ms } = useSession();
    const code = standing.code;
    const reach = useRows<Reached>("recall.reach", { code }, { every_ms: EVERY_MS });
    const notices = useRows<Notice>("recall.notices", { code }, { every_ms: EVERY_MS });
    const waiting = unanswered(standing);
    const balances = standing.facts.balances;
    const closed = standing.status === "closed";
    return (
        <>
            <PageHead title={`${t("recall.one")} ${code}`}>
                <State word={standing.status} large />
            </PageHead>
            <Scope standing={standing} />
            <p role="status" className={classes.fresh}>
                {t("recall.renewed", { at: clock(new Date(at + ahead_ms).toISOString()) })}
            </p>
            <Numbers
                all={[
                    {
                        word: "recall.vials_open",
                        count: balances.reduce((sum, each) => sum + openVials(each), 0),
                    },
                    {
                        word: "recall.vials_missing",
                        count: balances.reduce((sum, each) => sum + Math.abs(each.difference), 0),
                    },
                    { word: "recall.without_answer", count: waiting?.length },
                ]}
            />
            <Section
                id="notices"
                title={t("recall.notices")}
                side={<Csv name="recall.notices" input={{ code }} />}
            >
                <Answered asking={notices}>
                    {(rows) => (
                        <Notices
                            recall={code}
                            waiting={waiting ?? []}
                            notices={rows}
                            closed={closed}
                        />
                    )}
                </Answered>
            </Section>
            <Section
                id="balance"
                title={t("recall.balance")}
                side={<Csv name="recall.balance" input={{ code }} />}
            >
                <Balances rows={balances} />
            </Section>
            <Section
                id="places"
                title={t("recall.places")}
                side={<Csv name="recall.reach" input={{ code }} />}
            >
                <Answered asking={reach}>{(rows) => <Places rows={rows} />}</Answered>
            </Section>
            <Section id="patients" title={t("recall.patients")}>
                <Answered asking={reach}>{(rows) => <Patients rows={rows} />}</Answered>
            </Section>
            {!closed && <Closing standing={standing} />}
        </>
    );
}

export default function Recall() {
    const { t } = useWords();
    const { code } = useParams<{ code: string }>();
    const asking = useRow<Standing>(
        "recall.standing",
        { code: code ?? "" },
        { every_ms: EVERY_MS },
    );
    return (
        <>
            {!asking.data && <PageHead title={`${t("recall.one")} ${code ?? ""}`} />}
            <Answered asking={asking}>
                {(standing) => <Living standing={standing} at={asking.dataUpdatedAt} />}
            </Answered>
        </>
    );
}
