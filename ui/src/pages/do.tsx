// do.tsx: the page of any operation that records; values may come with the address.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useParams, useSearchParams } from "wouter";
import { OperationForm } from "../forms/operation_form";
import { PageHead, Section } from "../pieces/section";
import { isOperation, operation } from "../record/catalogue";
import { useWords } from "../words/words";

export default function Do() {
    const { operation: name = "" } = useParams();
    const [search] = useSearchParams();
    const { t, title } = useWords();
    if (!isOperation(name) || operation(name).reads)
        return <p role="alert">{t("operations.unknown", { name })}</p>;
    return (
        <>
            <PageHead title={title(name)} />
            <Section title={t("operations.form")}>
                <OperationForm
                    key={name + search.toString()}
                    name={name}
                    start={Object.fromEntries(search)}
                />
            </Section>
        </>
    );
}
