// chain.tsx: an entry between the one before and the one behind, each tied by the other's hash.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { IconArrowRight } from "../pieces/icons";
import { Mark } from "../pieces/verdict";
import { useWords } from "../words/words";
import classes from "./chain.module.css";

export interface ChainLink {
    seq: number;
    title: string;
    hash: string;
}

// true: the hash is the one that stands in the next entry; undefined: it could not be asked.
export type Tie = boolean | undefined;

export function TieMark({
    tie,
    words,
}: {
    tie: Tie;
    words: [good: string, bad: string, unknown: string];
}) {
    return tie === undefined ? (
        <Mark tone="unknown">{words[2]}</Mark>
    ) : (
        <Mark tone={tie ? "good" : "bad"}>{words[tie ? 0 : 1]}</Mark>
    );
}

function Box({ link, here, empty }: { link: ChainLink | null; here?: boolean; empty: string }) {
    if (!link) return <div className={`${classes.box} ${classes.empty}`}>{empty}</div>;
    const inside = (
        <>
            <strong>{link.seq}</strong>
            <span>{link.title}</span>
            <span className={classes.hash}>{link.hash.slice(0, 16)}…</span>
        </>
    );
    return here ? (
        <div className={`${classes.box} ${classes.here}`} aria-current="true">
            {inside}
        </div>
    ) : (
        <Link href={`/record/${link.seq}`} className={classes.box}>
            {inside}
        </Link>
    );
}

function Arrow({ tie }: { tie: Tie }) {
    const { t } = useWords();
    return (
        <div className={classes.tie}>
            <IconArrowRight size={28} aria-hidden />
            <TieMark tie={tie} words={[t("chain.fits"), t("chain.broken"), t("chain.unknown")]} />
        </div>
    );
}

export function Chain({
    before,
    here,
    behind,
    to_here,
    to_behind,
}: {
    before: ChainLink | null;
    here: ChainLink;
    behind: ChainLink | null;
    to_here: Tie;
    to_behind: Tie;
}) {
    const { t } = useWords();
    return (
        <div className={classes.chain} role="group" aria-label={t("chain.what")}>
            <Box link={before} empty={t("chain.begins")} />
            {before ? <Arrow tie={to_here} /> : <div className={classes.tie} />}
            <Box link={here} here empty="" />
            {behind ? <Arrow tie={to_behind} /> : <div className={classes.tie} />}
            <Box link={behind} empty={t("chain.ends")} />
        </div>
    );
}
