// checklist.tsx: each criterion of a release with its verdict, and what would meet those that are open.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { ruleAsks, ruleBasis } from "../../pieces/rule";
import { Verdict } from "../../pieces/verdict";
import { useRows } from "../../record/reading";
import { useWords } from "../../words/words";
import { Act } from "./act";
import { isTold, plainRule, shownIn, waysOf } from "./meeting";
import { factWords } from "./reading";
import type { Finding, Hold, Lot } from "./rows";
import classes from "./lot.module.css";

export const isMet = (finding: Finding) => finding.verdict === "met";

function Meeting({
    finding,
    lot,
    missing,
    holds,
}: {
    finding: Finding;
    lot: Lot;
    missing: Finding[];
    holds: Hold[];
}) {
    const { t, sentence } = useWords();
    const plain = plainRule(finding.rule);
    const open = holds.filter((each) => each.open && each.subject === `lot:${lot.code}`);
    const ways = waysOf(finding.rule, lot, open);
    const single = missing.filter(
        (each) => each.rule === finding.rule && each.fact !== finding.fact,
    );
    const section = shownIn[plain];
    return (
        <div className={classes.meet}>
            <p>{t(isTold(finding.rule) ? `lot.meet.${plain}` : "lot.meet.other")}</p>
            {single.length > 0 && (
                <ul>
                    {single.map((each) => (
                        <li key={each.fact}>{sentence(each.fact)}</li>
                    ))}
                </ul>
            )}
            <div className={classes.acts}>
                {ways.map((way) => (
                    <Act key={way.operation + (way.given["subject"] ?? "")} way={way} />
                ))}
                {section && (
                    <a href={`#${section}`}>
                        {t("lot.see", { what: t(`lot.section.${section}`) })}
                    </a>
                )}
            </div>
        </div>
    );
}

function Criterion({ finding, children }: { finding: Finding; children?: React.ReactNode }) {
    const words = useWords();
    const { t, language, sentence } = words;
    const basis = ruleBasis(finding.rule);
    return (
        <li className={`${classes.criterion} ${isMet(finding) ? "" : classes.open}`}>
            <div>
                <Verdict verdict={finding.verdict} />
            </div>
            <div>
                <p className={classes.question}>
                    {ruleAsks(finding.rule, language) || finding.rule}
                </p>
                <p>
                    {factWords(finding.fact, words)}{" "}
                    <span className={classes.quiet}>
                        ({t("lot.required", { limit: sentence(finding.limit) })})
                    </span>
                </p>
                <p className={classes.rule}>
                    {finding.rule}
                    {basis ? ` · ${basis}` : ""}
                </p>
                {children}
            </div>
        </li>
    );
}

// What is open comes first: it is what somebody has to do.
export function Checklist({
    lot,
    findings,
    missing,
}: {
    lot: Lot;
    findings: Finding[];
    missing: Finding[];
}) {
    const holds = useRows<Hold>("hold.list");
    const sorted = [...findings.filter((each) => !isMet(each)), ...findings.filter(isMet)];
    return (
        <ul className={classes.list}>
            {sorted.map((finding) => (
                <Criterion key={finding.rule} finding={finding}>
                    {!isMet(finding) && (
                        <Meeting
                            finding={finding}
                            lot={lot}
                            missing={missing}
                            holds={holds.data ?? []}
                        />
                    )}
                </Criterion>
            ))}
        </ul>
    );
}
