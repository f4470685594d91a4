// order_choice.tsx: by what the rows are sorted, where there are no headers to press.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { IconChevronDown, IconChevronUp } from "../pieces/icons";
import type { Field } from "../record/catalogue";
import { useWords } from "../words/words";
import { isSortable, type ListState } from "./state";
import classes from "./lists.module.css";

export function OrderChoice({
    fields,
    state,
    change,
}: {
    fields: Field[];
    state: ListState;
    change: (change: Partial<ListState>) => void;
}) {
    const { t, label } = useWords();
    const direction = t(state.descending ? "list.descending" : "list.ascending");
    return (
        <div className={classes.order}>
            <label>
                {t("list.order")}
                <select
                    value={state.sort}
                    onChange={(event) =>
                        change({ sort: event.currentTarget.value, descending: false })
                    }
                >
                    <option value="">{t("list.order_own")}</option>
                    {fields.filter(isSortable).map((field) => (
                        <option key={field.name} value={field.name}>
                            {label(field.name)}
                        </option>
                    ))}
                </select>
            </label>
            {state.sort && (
                <button type="button" onClick={() => change({ descending: !state.descending })}>
                    {state.descending ? (
                        <IconChevronDown size={20} aria-hidden />
                    ) : (
                        <IconChevronUp size={20} aria-hidden />
                    )}
                    {t("list.order_direction", { direction })}
                </button>
            )}
        </div>
    );
}
