// discard.tsx: vials that are not given are destroyed before a second person, with a reason.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { OperationForm } from "../../forms/operation_form";
import { Mark } from "../../pieces/verdict";
import { useMay } from "../../record/session";
import { useWords } from "../../words/words";
import { vialCodes, type Pair } from "./pair";
import classes from "./bench.module.css";

export function Discard({ pair, done }: { pair: Pair; done: () => void }) {
    const { t } = useWords();
    const may = useMay();
    const serials = pair.vials.map((each) => each.serial);
    return (
        <details className={classes.discard}>
            <summary>{t("bench.discard")}</summary>
            <p>{t("bench.discard_how", { vials: vialCodes(pair.vials) })}</p>
            {may("stock.destroy") ? (
                <OperationForm
                    name="stock.destroy"
                    done={done}
                    given={{
                        lot: pair.vials[0]!.lot,
                        first: Math.min(...serials),
                        last: Math.max(...serials),
                    }}
                />
            ) : (
                <Mark tone="held">{t("bench.discard_other")}</Mark>
            )}
        </details>
    );
}
