// kinds.ts: rows of shipments and boxes as the record answers them.
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Period } from "../../pictures/temperature";

export interface Shipment {
    code: string;
    from_site: string;
    to_site: string;
    lot: string;
    first: number;
    last: number;
    returned: boolean;
    unboxed: boolean;
    packed_at: string;
    packed_by?: string;
    carrier?: string;
    shipper?: string;
    qualified_until?: string;
    coolant?: string;
    coolant_g?: number;
    logger?: string;
    calibrated_until?: string;
    status: string; // in_transit, quarantine, accepted, decided
    arrived_at?: string;
    seal_intact: boolean;
    maximum_c?: string;
    minutes_out?: number;
    entry: number;
    logger_entry: number;
    received_entry: number;
    decided_entry: number;
}

export interface Box {
    code?: string; // none for vials that travel unboxed
    first: number;
    last: number;
    layer?: string;
    probe: string; // or "none": the worst of all
    maximum_c?: string;
    minutes_out?: number;
    minutes_life?: number;
    decision?: string; // in_transit, waiting, accepted, rejected
    why?: string;
    decided_entry?: number;
}

export interface Probe {
    probe: string;
    readings: number;
    above: number;
    gaps: number;
    periods: number;
    maximum_c?: string;
    minimum_c?: string;
    minutes_out?: number;
}

// What was told of the logger's file on the day when it was read.
export interface Excursions {
    shipment: string;
    logger?: string;
    packed_at: string;
    arrived_at: string;
    file: string;
    sha256: string;
    interval_minutes: number;
    most_c?: string;
    counting?: string;
    minutes_most?: number;
    probes: Probe[];
    periods: Period[];
    boxes: Box[];
    maximum_c?: string;
    minutes_out?: number;
    vials_beyond: number;
    entry: number;
}
