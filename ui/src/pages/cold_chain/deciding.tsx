// deciding.tsx: accept or reject box by box, with a reason and a signature.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Radio, TextInput } from "@mantine/core";
import { useState } from "react";
import { OperationForm } from "../../forms/operation_form";
import type { Values } from "../../record/ask";
import { serials } from "../../words/show";
import { useWords } from "../../words/words";
import { lifeWords } from "./boxes";
import type { Box, Shipment } from "./kinds";
import classes from "./cold_chain.module.css";

interface Choice {
    decision: string; // accept, reject, or "" while it still waits
    why: string;
}

export function Deciding({
    shipment,
    boxes,
    most,
}: {
    shipment: Shipment;
    boxes: Box[];
    most: number | undefined;
}) {
    const { t } = useWords();
    const waiting = boxes.filter((box) => box.decision === "waiting");
    const [chosen, setChosen] = useState<Record<string, Choice>>({});
    if (shipment.unboxed)
        return (
            <OperationForm
                name="shipment.decide"
                given={{ shipment: shipment.code, boxes: undefined }}
            />
        );
    const decided = waiting.flatMap((box): Values[] => {
        const choice = chosen[box.code ?? ""];
        return choice?.decision
            ? [{ code: box.code, decision: choice.decision, why: choice.why }]
            : [];
    });
    const unsaid = decided.some((each) => !String(each["why"]).trim());
    const blocked = !decided.length ? t("cold.choose_one") : unsaid ? t("cold.say_why") : "";
    return (
        <>
            <p>{t("cold.decide_help")}</p>
            {waiting.map((box) => (
                <BoxChoice
                    key={box.code}
                    box={box}
                    most={most}
                    choice={chosen[box.code ?? ""] ?? { decision: "", why: "" }}
                    change={(to) => setChosen({ ...chosen, [box.code ?? ""]: to })}
                />
            ))}
            <OperationForm
                name="shipment.decide"
                blocked={blocked}
                about={shipment.code}
                done={() => setChosen({})}
                given={{
                    shipment: shipment.code,
                    boxes: decided,
                    decision: undefined,
                    why: undefined,
                }}
            />
        </>
    );
}

function BoxChoice({
    box,
    most,
    choice,
    change,
}: {
    box: Box;
    most: number | undefined;
    choice: Choice;
    change: (choice: Choice) => void;
}) {
    const { t } = useWords();
    const minutes = lifeWords(box, most, t);
    return (
        <fieldset className={classes.decide}>
            <legend>
                {box.code} · <span className={classes.serials}>{serials(box.first, box.last)}</span>{" "}
                · {minutes}
            </legend>
            <div className={classes.choices}>
                {[
                    ["", "cold.leave"],
                    ["accept", "cold.accept"],
                    ["reject", "cold.reject"],
                ].map(([value, word]) => (
                    <Radio
                        key={value}
                        size="md"
                        name={`decision-${box.code}`}
                        value={value}
                        label={t(word!)}
                        checked={choice.decision === value}
                        onChange={() => change({ ...choice, decision: value! })}
                    />
                ))}
            </div>
            {choice.decision && (
                <TextInput
                    label={t("cold.why")}
                    withAsterisk
                    value={choice.why}
                    maxLength={400}
                    onChange={(event) => change({ ...choice, why: event.currentTarget.value })}
                />
            )}
        </fieldset>
    );
}
