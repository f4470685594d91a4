// rows.ts: what the record tells of one lot, as the pages about it read it.
// SPDX-License-Identifier: AGPL-3.0-or-later

export interface Lot {
    code: string;
    site: string;
    kind: string;
    bulk?: string;
    material?: string;
    specification: string; // code/version
    tissue: string;
    pool_of_donors: boolean;
    filled_on: string;
    expires_on: string;
    vials: number;
    volume_per_vial_ul: number;
    status: string;
    entry: number;
    decided_entry: number;
}

export interface StateCount {
    state: string;
    site: string;
    vials: number;
}

export interface Finding {
    rule: string;
    verdict: string;
    fact: string;
    limit: string;
}

export interface Readiness {
    facts: {
        holds?: number;
        makers?: string;
        releaser?: string;
        today?: string;
        figures?: Figure[];
    };
    findings: Finding[];
}

export interface Figure {
    name: string;
    value: string;
    uncertainty?: string;
}

export interface Result {
    attribute: string;
    entry: number;
    code: string;
    value?: string;
    uncertainty?: string;
    outcome?: string;
    unit?: string;
    asked?: string;
    verdict?: string;
    method?: string;
    controls?: string;
    standing?: string;
    reported?: string;
    sample_of?: string;
    measured_by?: string;
    worst_flag?: string;
    reason?: string;
    read_on?: string;
    pull: number;
    annulled: boolean;
}

export interface SpecificationLimit {
    attribute: string;
    low?: string;
    high?: string;
    strict: boolean;
    outcome?: string;
    unit?: string;
    decision_rule?: string;
    basis?: string;
}

export interface Specification {
    storage_c?: string;
    shelf_life_months?: number;
    routes?: string;
    limits: SpecificationLimit[];
}

export interface Investigation {
    code: string;
    attribute: string;
    assay: string;
    result_entry: number;
    value: string;
    unit?: string;
    asked?: string;
    status: string;
    cause?: string;
    corrected_value?: string;
    plan_first?: number;
    plan_last?: number;
    analyst?: string;
    rule?: string;
    planned_entry?: number;
    retested_on?: string;
    mean?: string;
    deviation?: string;
    variation_percent?: string;
    mean_verdict?: string;
    retest_verdict?: string;
    retested_entry?: number;
    reported?: string;
    reported_entry?: number;
    conclusion?: string;
    opened_entry?: number;
    closed_entry?: number;
}

export interface Retest {
    vial: number;
    reading?: string;
    dilution?: string;
    value: string;
    verdict: string;
    entry: number;
}

export interface BalanceRow {
    step: string;
    kind: string;
    in: string;
    out: string;
    elsewhere: string;
    where?: string;
    difference: string;
    unit: string;
    basis: string;
    formula?: string;
}

export interface Hold {
    subject: string;
    why: string;
    open: boolean;
    entry: number;
}

export interface Source {
    donors: string;
    standing: string;
    all_ineligible: boolean;
    flags: string;
}

// specification is CODE/VERSION.
export function specificationOf(lot: Lot): { code: string; version: string } {
    const slash = lot.specification.lastIndexOf("/");
    return { code: lot.specification.slice(0, slash), version: lot.specification.slice(slash + 1) };
}
