// flags.tsx: what to doubt in a measurement: each flag with its severity, value, limit and effect.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Mark, type Tone } from "../../pieces/verdict";
import { real } from "../../words/show";
import { useWords } from "../../words/words";
import type { Flag } from "./kinds";
import classes from "./measurement.module.css";

// What was not looked at is no good sign.
const tones: Record<string, Tone> = { fine: "good", warn: "wait", fail: "bad", unknown: "unknown" };
const order = ["fail", "warn", "unknown", "fine"];

export function Severity({ state }: { state: string }) {
    const { t } = useWords();
    return (
        <Mark tone={tones[state] ?? "unknown"}>
            {t(state in tones ? `flag.state_${state}` : "flag.state_unknown")}
        </Mark>
    );
}

export function Worst({ state }: { state: string }) {
    const { t } = useWords();
    return (
        <span>
            {t("flag.worst")} <Severity state={state} />
        </span>
    );
}

export function Flags({ flags }: { flags: Flag[] }) {
    const { t } = useWords();
    const unlooked = flags.filter((each) => each.state === "unknown" && each.value === undefined);
    const raised = flags
        .filter((each) => each.state !== "fine" && !unlooked.includes(each))
        .sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
    const fine = flags.filter((each) => each.state === "fine");
    return (
        <>
            {!raised.length && <p>{t("flag.none")}</p>}
            <ul className={classes.flags}>
                {raised.map((each) => (
                    <li key={`${each.flag}${each.video}`}>
                        <OneFlag flag={each} />
                    </li>
                ))}
            </ul>
            {unlooked.length > 0 && (
                <p className={classes.flag}>
                    <Severity state="unknown" />{" "}
                    <span>
                        {unlooked
                            .map((each) => t(`flag.of.${each.flag}`))
                            .join(`${t("list.comma")} `)}
                    </span>
                </p>
            )}
            {unlooked.length > 0 && <p className={classes.effect}>{t("flag.unlooked")}</p>}
            {fine.length > 0 && (
                <details>
                    <summary>{t("flag.fine", { count: fine.length })}</summary>
                    <ul className={classes.flags}>
                        {fine.map((each) => (
                            <li key={`${each.flag}${each.video}`}>
                                <OneFlag flag={each} />
                            </li>
                        ))}
                    </ul>
                </details>
            )}
        </>
    );
}

// Four digits are more than any flag is known to.
const short = (text: string) => real(String(Number(Number(text).toPrecision(4))));

function OneFlag({ flag }: { flag: Flag }) {
    const { t, sentence } = useWords();
    const seen =
        flag.value === undefined
            ? ""
            : t("flag.seen", {
                  value: short(flag.value),
                  unit: flag.unit ? t(`flag.unit.${flag.unit}`) : "",
              });
    const limit = flag.limit === undefined ? "" : t("flag.limit", { limit: short(flag.limit) });
    return (
        <>
            <p className={classes.flag}>
                <Severity state={flag.state} /> <strong>{t(`flag.of.${flag.flag}`)}</strong>
                {flag.video > 0 && <span>{t("measurement.video", { number: flag.video })}</span>}
                <span>{[seen, limit].filter(Boolean).join(" · ")}</span>
            </p>
            {flag.effect && <p className={classes.effect}>{sentence(flag.effect)}</p>}
            {flag.state === "unknown" && <p className={classes.effect}>{t("flag.unjudged")}</p>}
        </>
    );
}
