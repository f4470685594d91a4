// claim.tsx: one claim: what does not carry it, then what was said, by whom, and what speaks against it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { Mark } from "../../pieces/verdict";
import { useWords } from "../../words/words";
import type { Fact, Pointed } from "./facts";
import { isControlled, studyOf, wordsOf } from "./studies";
import classes from "./evidence.module.css";

function cited(claim: Fact): string {
    const { cited_authors, cited_year, cited_title_or_journal } = claim.says;
    return [cited_authors, cited_year, cited_title_or_journal].filter(Boolean).join(", ");
}

// Texts of signed tables are English, whatever the reader's language.
export function Claim({ claim, others }: { claim: Fact; others: Map<string, Pointed> }) {
    const { t } = useWords();
    const study = studyOf(claim);
    const { claim_en, indication_en, mechanism_en, substance, note, source, sure, kind } =
        claim.says;
    return (
        <article className={classes.claim} aria-label={claim.code}>
            <p className={classes.first}>
                <Mark tone={isControlled(study) ? "plain" : "unknown"}>
                    {t(isControlled(study) ? "evidence.controlled" : "evidence.uncontrolled")}
                </Mark>
                <span>{t(`study.${study}`)}</span>{" "}
                <span className={classes.code}>{claim.code}</span>
                {kind && <span>{t(`claim.kind.${kind}`)}</span>}
            </p>
            <p className={classes.said}>
                <span>{t("evidence.said")}</span> <q lang="en">{claim_en ?? ""}</q>
            </p>
            <dl className={classes.about}>
                <About name={t("evidence.indication")} text={indication_en} />
                <About name={t("evidence.substance")} text={substance} />
                <div>
                    <dt>{t("evidence.route")}</dt>
                    <dd>
                        {wordsOf(claim.says["route"])
                            .map((each) => t(`route.${each}`))
                            .join(", ")}
                    </dd>
                </div>
                <About name={t("evidence.mechanism")} text={mechanism_en} />
                <div>
                    <dt>{t("evidence.cited")}</dt>
                    <dd lang="en">{cited(claim) || t("evidence.cites_nothing")}</dd>
                </div>
                <About name={t("evidence.note")} text={note} />
                <div>
                    <dt>{t("evidence.source")}</dt>
                    <dd>
                        <span lang="en">{source ?? ""}</span>
                        {sure ? ` · ${t(`sure.${sure.replace("~", "_part")}`)}` : ""} ·{" "}
                        <Link href={`/record/${claim.entry}`}>
                            {t("cold.entry", { entry: claim.entry })}
                        </Link>
                    </dd>
                </div>
            </dl>
            <Against codes={wordsOf(claim.says["see_also"])} others={others} />
        </article>
    );
}

function About({ name, text }: { name: string; text: string | undefined }) {
    if (!text) return null;
    return (
        <div>
            <dt>{name}</dt>
            <dd lang="en">{text}</dd>
        </div>
    );
}

// What the tables hold on the same thing: it may contradict, and then both stand.
function Against({ codes, others }: { codes: string[]; others: Map<string, Pointed> }) {
    const { t } = useWords();
    if (!codes.length) return null;
    return (
        <div className={classes.against}>
            <p>{t("evidence.against")}</p>
            <ul>
                {codes.map((code) => {
                    const other = others.get(code);
                    return (
                        <li key={code}>
                            {other ? <Other other={other} /> : <span lang="en">{code}</span>}
                        </li>
                    );
                })}
            </ul>
        </div>
    );
}

function Other({ other }: { other: Pointed }) {
    const { t } = useWords();
    const {
        claim_en,
        statement_en,
        article_value,
        article_unit,
        published_value,
        published_unit,
        published_source,
        note,
    } = other.says;
    if (claim_en !== undefined)
        return (
            <>
                {other.shown ? <a href={`#${other.code}`}>{other.code}</a> : other.code} (
                {t(`study.${studyOf(other)}`)}): <span lang="en">{claim_en}</span>
            </>
        );
    return (
        <>
            {other.code}: <span lang="en">{statement_en}</span>
            {article_value && (
                <>
                    {" "}
                    ·{" "}
                    {t("evidence.article", {
                        value: `${article_value} ${article_unit ?? ""}`.trim(),
                    })}
                </>
            )}
            {published_value && (
                <>
                    {" "}
                    ·{" "}
                    {t("evidence.published", {
                        value: `${published_value} ${published_unit ?? ""}`.trim(),
                    })}{" "}
                    <span lang="en">{published_source ?? ""}</span>
                </>
            )}
            {note && (
                <>
                    {" "}
                    · <span lang="en">{note}</span>
                </>
            )}
        </>
    );
}
