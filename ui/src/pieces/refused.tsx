// refused.tsx: the sentence that refused something, its rules, and what can be done.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, Loader } from "@mantine/core";
import { useEffect, useState } from "react";
import { Refusal } from "../record/ask";
import { useWords } from "../words/words";
import { RuleAsks } from "./rule";
import classes from "./pieces.module.css";

export function Refused({ fault, again }: { fault: unknown; again?: () => void }) {
    const { t, sentence } = useWords();
    const refusal = fault instanceof Refusal ? fault : null;
    const lost = refusal?.kind === "lost";
    return (
        <div role="alert" className={`${classes.refused} ${lost ? classes.lost : ""}`}>
            <p>
                <strong>{t(`fault.${refusal?.kind ?? "broken"}`)}</strong>
            </p>
            {refusal && !lost && <p>{sentence(refusal.text)}</p>}
            {!refusal && <p>{String(fault instanceof Error ? fault.message : fault)}</p>}
            {refusal && refusal.rules.length > 0 && (
                <ul>
                    {refusal.rules.map((id) => (
                        <li key={id}>
                            <RuleAsks id={id} />
                        </li>
                    ))}
                </ul>
            )}
            {again && (
                <Button mt="sm" size="sm" variant="default" onClick={again}>
                    {t("fault.again")}
                </Button>
            )}
        </div>
    );
}

// Nothing is shown for the first moment, so that quick answers do not flicker.
export function Waiting({ what }: { what?: string }) {
    const { t } = useWords();
    const [late, setLate] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setLate(true), 250);
        return () => clearTimeout(timer);
    }, []);
    return (
        <div role="status" style={{ minHeight: 48 }}>
            {late && (
                <>
                    <Loader size="sm" /> {what ?? t("waiting")}
                </>
            )}
        </div>
    );
}

interface Asking<T> {
    data: T | undefined;
    error: unknown;
    isPending: boolean;
    refetch: () => unknown;
}

// A question whose answer is not there never looks like an empty answer.
export function Answered<T>({
    asking,
    children,
}: {
    asking: Asking<T>;
    children: (data: T) => React.ReactNode;
}) {
    if (asking.data !== undefined)
        return (
            <>
                {asking.error ? (
                    <Refused fault={asking.error} again={() => void asking.refetch()} />
                ) : null}
                {children(asking.data)}
            </>
        );
    if (asking.error) return <Refused fault={asking.error} again={() => void asking.refetch()} />;
    return <Waiting />;
}
