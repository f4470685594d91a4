// sizes.tsx: the distribution of sizes from the kept file, as a picture, as figures and as a table.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from "@tanstack/react-query";
import { Distribution, type Bin, type Mark as SizeMark } from "../../pictures/distribution";
import { Refused, Waiting } from "../../pieces/refused";
import { Refusal, rowOf } from "../../record/ask";
import { real, unit } from "../../words/show";
import { useWords } from "../../words/words";
import { Table } from "../../pieces/table";

interface Figure {
    name: string;
    value: string;
    low?: string;
    high?: string;
    unit?: string;
}
interface SizeSet {
    video?: string;
    figures: Figure[];
    bins: Bin[];
}
interface Shown {
    source: string;
    program?: string;
    interval: string;
    file: { name: string; sha256: string };
    sets: SizeSet[];
}

const marked: [string, string][] = [
    ["d10_nm", "D10"],
    ["d50_nm", "D50"],
    ["d90_nm", "D90"],
];

// More digits than an interval leaves are no knowledge.
export function brief(text: string): string {
    const value = Number(Number(text).toPrecision(4));
    return real(Math.abs(value) >= 1e5 ? value.toExponential().replace("e+", "e") : String(value));
}

function marksOf(set: SizeSet): SizeMark[] {
    const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
    return marked.flatMap(([name, word]) => {
        const figure = set.figures.find((each) => each.name === name);
        return figure
            ? [
                  {
                      name: word,
                      nm: Number(figure.value),
                      low: number(figure.low),
                      high: number(figure.high),
                  },
              ]
            : [];
    });
}

// A file without sizes is no fault: that is said in the record's own sentence.
export function Sizes({ lot, code }: { lot: string; code: string }) {
    const { sentence } = useWords();
    const asking = useQuery({
        queryKey: ["read", "assay.distribution", lot, code],
        queryFn: () => rowOf<Shown>("assay.distribution", { lot, code }),
    });
    if (asking.data) return <Shape shown={asking.data} />;
    if (asking.error instanceof Refusal && asking.error.kind === "missing")
        return <p>{sentence(asking.error.text)}</p>;
    return asking.error ? (
        <Refused fault={asking.error} again={() => void asking.refetch()} />
    ) : (
        <Waiting />
    );
}

function Shape({ shown }: { shown: Shown }) {
    const { t } = useWords();
    const all = shown.sets[0];
    if (!all) return <p role="status">{t("measurement.no_sizes")}</p>;
    const label = t("measurement.sizes_picture", {
        figures: marksOf(all)
            .map((each) => `${each.name} ${brief(String(each.nm))} nm`)
            .join(", "),
    });
    return (
        <>
            <p>{t(`measurement.interval_${shown.interval}`)}</p>
            <Distribution bins={all.bins} bands={[]} marks={marksOf(all)} label={label} />
            <FigureTable set={all} />
            <details>
                <summary>{t("measurement.bins")}</summary>
                <BinTable bins={all.bins} />
            </details>
            <p>
                {t("measurement.from_file", { file: shown.file.name })}
                {shown.program ? ` · ${shown.program}` : ""}
            </p>
        </>
    );
}

function FigureTable({ set }: { set: SizeSet }) {
    const { t, label, choice } = useWords();
    const width = (row: Figure) =>
        row.low === undefined || row.high === undefined
            ? t("value.none")
            : `${brief(row.low)} – ${brief(row.high)}`;
    return (
        <Table
            caption={t("measurement.figures")}
            rows={set.figures}
            columns={[
                { head: t("measurement.figure"), cell: (row) => choice(row.name) },
                {
                    head: label("value"),
                    number: true,
                    cell: (row) => `${brief(row.value)}${row.unit ? ` ${unit(row.unit)}` : ""}`,
                },
                { head: t("measurement.interval"), number: true, cell: width },
            ]}
        />
    );
}

function BinTable({ bins }: { bins: Bin[] }) {
    const { t, label } = useWords();
    return (
        <Table
            caption={t("measurement.bins")}
            rows={bins}
            columns={[
                { head: `${label("low_nm")} (nm)`, number: true, cell: (row) => brief(row.low_nm) },
                {
                    head: `${label("high_nm")} (nm)`,
                    number: true,
                    cell: (row) => brief(row.high_nm),
                },
                {
                    head: `${label("per_ml")} (${unit("1/ml")})`,
                    number: true,
                    cell: (row) => brief(row.per_ml),
                },
                {
                    head: t("measurement.interval"),
                    number: true,
                    cell: (row) =>
                        row.low_per_ml === undefined || row.high_per_ml === undefined
                            ? t("value.none")
                            : `${brief(row.low_per_ml)} – ${brief(row.high_per_ml)}`,
                },
            ]}
        />
    );
}
