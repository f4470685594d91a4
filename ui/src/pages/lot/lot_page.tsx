// lot_page.tsx: everything about one lot, for whoever has to decide on it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect } from "react";
import { useParams } from "wouter";
import { Answered } from "../../pieces/refused";
import { useRow } from "../../record/reading";
import { Ancestry } from "./ancestry";
import { Balance } from "./balance";
import { Head } from "./head";
import { Investigations } from "./investigations";
import { Keeping, Stock } from "./keeping";
import { Measurements } from "./measurements";
import { SectionNav } from "./nav";
import { Papers } from "./papers";
import { Release } from "./release";
import { Results } from "./results";
import { Deviations, Holds } from "./troubles";
import type { Lot } from "./rows";
import classes from "./lot.module.css";

const sections = [
    "overview",
    "release",
    "results",
    "measurements",
    "investigations",
    "genealogy",
    "balance",
    "deviations",
    "holds",
    "stability",
    "stock",
    "papers",
] as const;

export default function LotPage() {
    const code = decodeURIComponent(useParams<{ code: string }>().code);
    const asking = useRow<Lot>("lot.show", { code });
    useEffect(() => {
        document.title = `${code} · exoledger`;
    }, [code]);
    return (
        <Answered asking={asking}>
            {(lot) => (
                <div className={classes.page}>
                    <SectionNav sections={sections} />
                    <div className={classes.content}>
                        <Head lot={lot} />
                        <Release lot={lot} />
                        <Results lot={lot} />
                        <Measurements lot={lot} />
                        <Investigations lot={lot} />
                        <Ancestry lot={lot} />
                        <Balance lot={lot} />
                        <Deviations lot={lot} />
                        <Holds lot={lot} />
                        <Keeping lot={lot} />
                        <Stock lot={lot} />
                        <Papers lot={lot} />
                    </div>
                </div>
            )}
        </Answered>
    );
}
