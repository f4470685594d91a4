// reach.tsx: at which places and with which patients are the vials of a recall?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { Mark } from "../../pieces/verdict";
import { serials, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { byPatient, byPlace, open, type AtPlace, type Reached } from "./told";
import pieces from "../../pieces/pieces.module.css";
import classes from "./recall.module.css";

const isOpen = (state: string) => (open as readonly string[]).includes(state);

function Place({ place }: { place: AtPlace }) {
    const { t, choice } = useWords();
    const left = place.states
        .filter((each) => isOpen(each.state))
        .reduce((sum, each) => sum + each.vials, 0);
    return (
        <li className={classes.place}>
            <div className={classes.lot}>
                <h3>{place.site || t("recall.no_site")}</h3>
                <span>
                    {t(place.vials === 1 ? "recall.vial" : "recall.vials", {
                        count: whole(place.vials),
                    })}
                </span>
                <Mark tone={left === 0 ? "good" : "bad"}>
                    {t("balance.open", { count: whole(left) })}
                </Mark>
            </div>
            <ul className={classes.states}>
                {place.states.map((each) => (
                    <li key={`${each.state} ${each.to_site ?? ""}`}>
                        {choice(each.state)}
                        {each.to_site ? ` → ${each.to_site}` : ""}{" "}
                        <strong>{whole(each.vials)}</strong>
                    </li>
                ))}
            </ul>
            <details className={classes.more}>
                <summary>{t("recall.ranges")}</summary>
                <Ranges rows={place.ranges} />
            </details>
        </li>
    );
}

function Ranges({ rows }: { rows: Reached[] }) {
    const { label, choice, t } = useWords();
    return (
        <div className={pieces.scroll} role="region" tabIndex={0} aria-label={t("recall.ranges")}>
            <table className={pieces.table}>
                <thead>
                    <tr>
                        {["lot", "serials", "vials", "state", "shipment", "patient"].map((name) => (
                            <th key={name} scope="col">
                                {label(name)}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row) => (
                        <tr key={`${row.lot} ${row.first}`}>
                            <td>
                                <Link href={`/lots/${row.lot}`}>{row.lot}</Link>
                            </td>
                            <td>{serials(row.first, row.last)}</td>
                            <td className={pieces.number}>{whole(row.vials)}</td>
                            <td>
                                {choice(row.state)}
                                {row.to_site ? ` → ${row.to_site}` : ""}
                            </td>
                            <td>
                                {row.shipment ? (
                                    <Link href={`/cold-chain/${row.shipment}`}>{row.shipment}</Link>
                                ) : (
                                    ""
                                )}
                            </td>
                            <td>
                                {row.patient ? (
                                    <Link href={`/trace/patient:${row.patient}`}>
                                        {row.patient}
                                    </Link>
                                ) : (
                                    ""
                                )}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

export function Places({ rows }: { rows: Reached[] }) {
    return (
        <ul className={classes.places}>
            {byPlace(rows).map((each) => (
                <Place key={each.site} place={each} />
            ))}
        </ul>
    );
}

export function Patients({ rows }: { rows: Reached[] }) {
    const { t } = useWords();
    const found = byPatient(rows);
    if (!found.length) return <p>{t("recall.no_patient")}</p>;
    return (
        <ul className={classes.places}>
            {found.map((each) => (
                <li key={each.patient} className={classes.place}>
                    <div className={classes.lot}>
                        <h3>
                            <Link href={`/trace/patient:${each.patient}`}>{each.patient}</Link>
                        </h3>
                        <span>
                            {t(each.vials === 1 ? "recall.vial" : "recall.vials", {
                                count: whole(each.vials),
                            })}
                        </span>
                    </div>
                    <ul className={classes.states}>
                        {each.ranges.map((row) => (
                            <li key={`${row.lot} ${row.first}`}>
                                {row.lot} {serials(row.first, row.last)}
                                {row.dose ? (
                                    <>
                                        {" "}
                                        · <Link href={`/trace/dose:${row.dose}`}>{row.dose}</Link>
                                    </>
                                ) : null}
                                {row.site ? ` · ${row.site}` : ""}
                            </li>
                        ))}
                    </ul>
                </li>
            ))}
        </ul>
    );
}
