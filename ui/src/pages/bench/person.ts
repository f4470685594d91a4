// person.ts: what the record says about the patient at the bench: order, checks, thaws.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useRow, useRows } from "../../record/reading";
import { useNow } from "../../record/session";
import type { Pair } from "./pair";

export interface Patient {
    code: string;
    name?: string;
    reading?: string;
    birth_date?: string;
    sex?: string;
}

export interface Plan {
    code: string;
    specification: string;
    route: string;
    vials_per_dose: number;
    volume_per_dose_ul?: number;
    doses: number;
    sessions?: { session: number; on: string }[];
    stopped_by?: string;
}

export interface Check {
    code: string;
    measured_at: string;
    temperature_c: string;
    weight_kg: string;
    pregnant: string;
    unwell: boolean;
    symptoms?: string;
    measured_by: string;
}

export interface Thaw {
    code: string;
    plan: string;
    patient: string;
    lot: string;
    first: number;
    last: number;
    started_at: string;
    ended_at: string;
    thawed_by: string;
}

interface Dose {
    plan: string;
    annulled: boolean;
}

export interface Limits {
    thaw_minutes?: number;
    same_day_hours?: number;
}

const AGAIN_MS = 30_000;

export function useLimits(): Limits {
    const settings = useRows<{ key: string; value: string }>("setting.list");
    const value = (key: string) => {
        const text = settings.data?.find((each) => each.key === key)?.value;
        return text === undefined ? undefined : Number(text);
    };
    return { thaw_minutes: value("thaw_minutes_most"), same_day_hours: value("same_day_hours") };
}

// The newest one that is still of use: one of yesterday says nothing about today.
function newest(checks: Check[], hours: number | undefined, now: number): Check | undefined {
    const sorted = [...checks].sort(
        (one, other) => Date.parse(other.measured_at) - Date.parse(one.measured_at),
    );
    const latest = sorted[0];
    if (!latest || hours === undefined) return latest;
    return now - Date.parse(latest.measured_at) > hours * 3_600_000 ? undefined : latest;
}

function thawOf(thaws: Thaw[], pair: Pair, plan: string): Thaw | undefined {
    const serials = pair.vials.map((each) => each.serial);
    return thaws
        .filter(
            (each) =>
                each.plan === plan &&
                each.lot === pair.vials[0]?.lot &&
                serials.every((serial) => each.first <= serial && serial <= each.last),
        )
        .sort((one, other) => Date.parse(other.ended_at) - Date.parse(one.ended_at))[0];
}

// With one plan that can still be given nobody has to choose.
function planOf(plans: Plan[], chosen: string): Plan | undefined {
    if (chosen) return plans.find((each) => each.code === chosen);
    const open = plans.filter((each) => !each.stopped_by);
    return open.length === 1 ? open[0] : plans.length === 1 ? plans[0] : undefined;
}

export function usePerson(pair: Pair) {
    const code = pair.patient;
    const asked = { enabled: !!code, every_ms: AGAIN_MS };
    const patient = useRow<Patient>("patient.show", { code }, { enabled: !!code });
    const plans = useRows<Plan>("plan.list", { code }, asked);
    const checks = useRows<Check>("patient.checks", { code }, asked);
    const thaws = useRows<Thaw>("thaw.list", { code }, asked);
    const doses = useRows<Dose>("dose.list", { code }, asked);
    const limits = useLimits();
    const now = useNow();
    const plan = planOf(plans.data ?? [], pair.plan);
    const given = (doses.data ?? []).filter(
        (each) => each.plan === plan?.code && !each.annulled,
    ).length;
    const answers = [plans, checks, thaws];
    return {
        patient,
        plans,
        doses,
        limits,
        plan,
        given,
        check: pair.begun_at
            ? checks.data?.find((each) => each.code === pair.same_day)
            : newest(checks.data ?? [], limits.same_day_hours, now()),
        thaw: pair.begun_at
            ? thaws.data?.find((each) => each.code === pair.thaw)
            : plan && thawOf(thaws.data ?? [], pair, plan.code),
        planned_on: plan?.sessions?.[given]?.on,
        ready: answers.every((each) => each.data !== undefined),
        fault: answers.find((each) => each.error)?.error ?? null,
        again: () => answers.forEach((each) => void each.refetch()),
    };
}

export type Person = ReturnType<typeof usePerson>;
