// columns_choice.tsx: which columns somebody wants to see.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { IconColumns } from "../pieces/icons";
import type { Field } from "../record/catalogue";
import { useWords } from "../words/words";
import { chosen, ordered } from "./columns";
import classes from "./lists.module.css";

export function ColumnsChoice({
    fields,
    names,
    choose,
}: {
    fields: Field[];
    names: string[] | null;
    choose: (names: string[] | null) => void;
}) {
    const { t, label } = useWords();
    const shown = chosen(fields, names).map((field) => field.name);
    const all = ordered(fields);
    if (all.length < 2) return null;
    const turn = (name: string) =>
        choose(
            all
                .map((field) => field.name)
                .filter((each) => (each === name) !== shown.includes(each)),
        );
    return (
        <details className={classes.columns}>
            <summary>
                <IconColumns size={20} aria-hidden /> {t("list.columns")}
            </summary>
            <fieldset>
                <legend className={classes.hidden}>{t("list.columns")}</legend>
                {all.map((field) => {
                    const on = shown.includes(field.name);
                    return (
                        <label key={field.name}>
                            <input
                                type="checkbox"
                                checked={on}
                                disabled={on && shown.length === 1}
                                onChange={() => turn(field.name)}
                            />
                            {label(field.name)}
                        </label>
                    );
                })}
                <button type="button" disabled={!names} onClick={() => choose(null)}>
                    {t("list.columns_usual")}
                </button>
            </fieldset>
        </details>
    );
}
