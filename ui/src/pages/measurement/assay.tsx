// assay.tsx: one measurement: its distribution, its counts over time, its flags, and what it rests on.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import { Counts, meanOf, videosOf, type CountPart } from "../../pictures/counts";
import { Facts } from "../../pieces/facts";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import { members } from "../../record/catalogue";
import { useRow, useRows } from "../../record/reading";
import type { Values } from "../../record/ask";
import { serials, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Table } from "../../pieces/table";
import { Flags, Worst } from "./flags";
import type { Assay, Measured, Shown } from "./kinds";
import { ResultTable } from "./lot";
import { Sizes } from "./sizes";

export default function AssayPage() {
    const { lot = "", assay: code = "" } = useParams();
    const { t } = useWords();
    const asking = useRow<Shown>("assay.show", { lot, code });
    return (
        <>
            <p>
                <Link href={`/measurement/lots/${encodeURIComponent(lot)}`}>
                    {t("measurement.back_to_lot", { lot })}
                </Link>
            </p>
            <Answered asking={asking}>{(shown) => <Whole shown={shown} />}</Answered>
        </>
    );
}

function Whole({ shown }: { shown: Shown }) {
    const { t } = useWords();
    const { assay } = shown;
    const measured = shown.measured[0];
    return (
        <>
            <PageHead title={t("measurement.assay", { code: assay.code, lot: assay.lot })}>
                {assay.annulled && (
                    <Mark tone="held" large>
                        {t("measurement.annulled")}
                    </Mark>
                )}
                {measured && <Worst state={measured.worst_flag} />}
            </PageHead>
            <Section title={t("measurement.results")}>
                <ResultTable results={shown.results} />
                <Made assay={assay} />
            </Section>
            {assay.sha256 && (
                <Section title={t("measurement.distribution")}>
                    <Sizes lot={assay.lot} code={assay.code} />
                </Section>
            )}
            {measured && (
                <Section title={t("measurement.over_time")}>
                    <OverTime lot={assay.lot} code={assay.code} />
                </Section>
            )}
            {measured && (
                <Section title={t("measurement.flags")}>
                    <Flags flags={measured.flags} />
                </Section>
            )}
            {measured && (
                <Section title={t("measurement.settings")}>
                    <Settings measured={measured} />
                </Section>
            )}
            {shown.videos.length > 0 && (
                <Section title={t("measurement.videos")}>
                    <Videos shown={shown} />
                </Section>
            )}
        </>
    );
}

function Made({ assay }: { assay: Assay }) {
    const { t } = useWords();
    return (
        <p>
            {assay.method}
            {assay.equipment && (
                <>
                    {" "}
                    ·{" "}
                    <Link href={`/measurement/instruments/${encodeURIComponent(assay.equipment)}`}>
                        {assay.equipment}
                    </Link>
                </>
            )}
            {assay.calibration && (
                <> · {t("measurement.calibration", { code: assay.calibration })}</>
            )}
            {assay.last_vial > 0 && (
                <>
                    {" "}
                    ·{" "}
                    {t("measurement.vials", {
                        serials: serials(assay.first_vial, assay.last_vial),
                    })}
                </>
            )}
            {" · "}
            <Link href={`/record/${assay.entry}`}>{t("cold.entry", { entry: assay.entry })}</Link>
        </p>
    );
}

function OverTime({ lot, code }: { lot: string; code: string }) {
    const { t } = useWords();
    const asking = useRows<CountPart>("assay.counts", { lot, code });
    return (
        <Answered asking={asking}>
            {(parts) =>
                parts.some((each) => each.part === 0) ? (
                    <p>
                        <Mark tone="unknown">{t("measurement.no_parts")}</Mark>
                    </p>
                ) : (
                    <>
                        <Counts parts={parts} label={t("measurement.counts_picture", { code })} />
                        <CountTable parts={parts} />
                    </>
                )
            }
        </Answered>
    );
}

function CountTable({ parts }: { parts: CountPart[] }) {
    const { t } = useWords();
    const range = (rows: CountPart[]) => {
        const values = rows.map((each) => Number(each.particles_per_frame));
        return `${Math.min(...values).toPrecision(3)}–${Math.max(...values).toPrecision(3)}`;
    };
    return (
        <Table
            caption={t("measurement.counts_table")}
            rows={videosOf(parts)}
            columns={[
                {
                    head: t("measurement.video_head"),
                    cell: (rows) => `${rows[0]!.video} · ${rows[0]!.name}`,
                },
                {
                    head: t("measurement.frames"),
                    number: true,
                    cell: (rows) => whole(rows[0]!.frames),
                },
                {
                    head: t("measurement.mean_head"),
                    number: true,
                    cell: (rows) => meanOf(rows)?.toPrecision(3) ?? t("value.none"),
                },
                { head: t("measurement.range_head"), number: true, cell: range },
            ]}
        />
    );
}

// Every setting that the record holds, under its own name.
function Settings({ measured }: { measured: Measured }) {
    const asking = useQuery({
        queryKey: ["members", "assay.show"],
        queryFn: () => members("assay.show"),
        staleTime: Infinity,
    });
    return (
        <Answered asking={asking}>
            {(found) => {
                const fields = found.output.find((each) => each.name === "measured")?.of ?? [];
                return (
                    <Facts
                        fields={fields.filter(
                            (each) =>
                                each.kind !== "list" &&
                                !["assay", "lot", "worst_flag"].includes(each.name),
                        )}
                        row={measured as unknown as Values}
                    />
                );
            }}
        </Answered>
    );
}

function Videos({ shown }: { shown: Shown }) {
    const { t, label } = useWords();
    return (
        <Table
            caption={t("measurement.videos_table")}
            rows={shown.videos}
            columns={[
                { head: label("name"), cell: (row) => row.name },
                { head: label("place"), cell: (row) => row.place ?? t("value.none") },
                { head: label("frames"), number: true, cell: (row) => whole(row.frames) },
                {
                    head: label("frames_lost"),
                    number: true,
                    cell: (row) =>
                        row.frames_lost === undefined ? t("value.none") : whole(row.frames_lost),
                },
                { head: label("tracks"), number: true, cell: (row) => whole(row.tracks) },
            ]}
        />
    );
}
