// step_check.tsx: how is the patient today?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useState } from "react";
import { OperationForm } from "../../forms/operation_form";
import { useNow, useSession } from "../../record/session";
import { instant, real } from "../../words/show";
import { useWords } from "../../words/words";
import { suggested } from "./begun";
import type { Pair } from "./pair";
import type { Person } from "./person";

export function StepCheck({ pair, person }: { pair: Pair; person: Person }) {
    const { t, choice } = useWords();
    const { site } = useSession();
    const now = useNow();
    const [again, setAgain] = useState(false);
    const [code] = useState(() => suggested("SD", now(), site));
    const { check } = person;
    return (
        <>
            {check ? (
                <>
                    <p>
                        <strong>{check.code}</strong> ·{" "}
                        {t("bench.checked", {
                            when: instant(check.measured_at),
                            by: check.measured_by,
                        })}
                    </p>
                    <p>
                        {t("bench.check_found", {
                            temperature: real(check.temperature_c),
                            weight: real(check.weight_kg),
                            pregnant: choice(check.pregnant),
                            unwell: t(check.unwell ? "yes" : "no"),
                        })}
                    </p>
                    {check.symptoms && <p>{check.symptoms}</p>}
                    {!again && !pair.begun_at && (
                        <Button variant="default" onClick={() => setAgain(true)}>
                            {t("bench.check_again")}
                        </Button>
                    )}
                </>
            ) : (
                <p>{t("bench.no_check")}</p>
            )}
            {(!check || again) && (
                <OperationForm
                    name="patient.check"
                    given={{ patient: pair.patient }}
                    start={{ code }}
                    quiet
                    done={() => setAgain(false)}
                />
            )}
        </>
    );
}
