// steps.tsx: what is done one after the other for this vial and this person, and what comes next.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { NativeSelect } from "@mantine/core";
import { useEffect } from "react";
import type { Receipt, Values } from "../../record/ask";
import type { Field } from "../../record/catalogue";
import { useSession } from "../../record/session";
import { day, volume } from "../../words/show";
import { useWords } from "../../words/words";
import { isOf, useBegun } from "./begun";
import { Discard } from "./discard";
import type { Judgement } from "./judgement";
import { prepare, vialCodes, type Pair } from "./pair";
import type { Person } from "./person";
import { isPrepared, type StepName } from "./preparation";
import { Step, type State } from "./step";
import { StepCheck } from "./step_check";
import { StepGive } from "./step_give";
import { StepPrepare } from "./step_prepare";
import { StepThaw } from "./step_thaw";
import classes from "./bench.module.css";

const names: StepName[] = ["check", "thaw", "prepare", "give"];

export interface StepsProps {
    pair: Pair;
    person: Person;
    judgement: Judgement;
    fields: Field[]; // of the preparation
    prepared: Values;
    change: (pair: Pair) => void;
    given: (receipt: Receipt) => void;
    asked: StepName | null; // which step the reader asked for
    ask: (step: StepName | null) => void;
}

function OrderLine({ pair, person, change }: Pick<StepsProps, "pair" | "person" | "change">) {
    const { t, choice } = useWords();
    const plans = person.plans.data ?? [];
    const { plan } = person;
    return (
        <div className={classes.order}>
            {plans.length > 1 && (
                <NativeSelect
                    label={t("bench.plan")}
                    value={plan?.code ?? ""}
                    disabled={!!pair.begun_at}
                    name="plan"
                    onChange={(each) =>
                        change({
                            ...pair,
                            plan: each.currentTarget.value,
                            prepared: {},
                            is_prepared: false,
                        })
                    }
                    data={[
                        { value: "", label: t("form.choose") },
                        ...plans.map((each) => ({
                            value: each.code,
                            label: `${each.code} · ${choice(each.route)} · ${each.specification}`,
                        })),
                    ]}
                />
            )}
            {plan && (
                <p>
                    <strong>{plan.code}</strong> · {choice(plan.route)} · {plan.specification} ·{" "}
                    {t("bench.session", {
                        number: person.given + 1,
                        of: plan.doses,
                    })}
                    {person.planned_on
                        ? ` · ${t("bench.planned", { day: day(person.planned_on) })}`
                        : ""}{" "}
                    · {t("bench.per_dose", { vials: plan.vials_per_dose })}
                    {plan.volume_per_dose_ul !== undefined
                        ? ` · ${volume(plan.volume_per_dose_ul)}`
                        : ""}
                </p>
            )}
        </div>
    );
}

// Reasons that no step of this page can answer: nothing is thawed or opened then.
function isHopeless(judgement: Judgement): boolean {
    return judgement.findings.some((each) => each.verdict === "not_met" && !each.todo);
}

export function Steps({
    pair,
    person,
    judgement,
    fields,
    prepared,
    change,
    given,
    asked,
    ask,
}: StepsProps) {
    const { t } = useWords();
    const { site } = useSession();
    const rule = (start: string) =>
        judgement.findings.filter((each) => each.rule.startsWith(start));
    const bad = (start: string) => rule(start).some((each) => each.verdict === "not_met");
    const ready = pair.is_prepared && isPrepared(fields, pair.prepared);
    const states: Record<StepName, State> = {
        check: !person.check ? "now" : bad("PT-07.") ? "bad" : "done",
        thaw: !person.thaw ? "now" : bad("AD-06.") ? "bad" : "done",
        prepare: !ready ? "now" : bad("RL-09.") || bad("AD-09.") || bad("AD-07.") ? "bad" : "done",
        give: pair.begun_at || judgement.verdict === "given" ? "now" : "later",
    };
    const current: StepName = pair.begun_at
        ? "give"
        : (names.find((each) => states[each] === "now") ?? "give");
    const running = useBegun(site).find((each) => isOf(each, "thaw", pair));
    const stage = [
        pair.begun_at,
        running?.at,
        running?.ended_at,
        person.check?.code,
        person.thaw?.code,
    ].join(" ");
    useEffect(() => ask(null), [current, pair.patient, vialCodes(pair.vials)]);
    const open = asked ?? current;
    const known = judgement.standing === "known" && !!judgement.at;
    const stopped = !known
        ? t("bench.blocked_unknown")
        : isHopeless(judgement)
          ? t("bench.blocked_not")
          : "";
    const blocked =
        stopped ||
        (!ready
            ? t("bench.blocked_prepare")
            : judgement.verdict !== "given"
              ? t("bench.blocked_unknown")
              : "");
    const body: Record<StepName, React.ReactNode> = {
        check: <StepCheck key={pair.patient} pair={pair} person={person} />,
        thaw: <StepThaw pair={pair} person={person} blocked={stopped} />,
        prepare: (
            <StepPrepare
                pair={pair}
                person={person}
                fields={fields}
                complete={() => change({ ...pair, is_prepared: true })}
                change={(name, value) => change(prepare(pair, name, value))}
            />
        ),
        give: (
            <StepGive
                key={`${site}${vialCodes(pair.vials)}${pair.patient}`}
                pair={pair}
                person={person}
                prepared={prepared}
                blocked={blocked}
                asking={judgement.greyed}
                change={change}
                given={given}
            />
        ),
    };
    return (
        <div className={classes.steps}>
            <OrderLine pair={pair} person={person} change={change} />
            {person.plan &&
                names.map((name, i) => (
                    <Step
                        key={name}
                        name={name}
                        number={i + 1}
                        open={open === name}
                        stage={stage}
                        state={states[name] === "now" && name !== current ? "later" : states[name]}
                        toggle={() => ask(open === name && asked ? null : name)}
                    >
                        {body[name]}
                    </Step>
                ))}
            <Discard pair={pair} done={() => undefined} />
        </div>
    );
}
