// kinds.ts: rows of assays and of what was measured in videos, as the record answers them.
// SPDX-License-Identifier: AGPL-3.0-or-later

export interface Assay {
    code: string;
    site: string;
    lot: string;
    method: string;
    sha256?: string;
    equipment?: string;
    calibration?: string;
    first_vial: number;
    last_vial: number;
    annulled: boolean;
    entry: number;
}

export interface Result {
    lot: string;
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
    standing: string;
    reported?: string;
    measured_by?: string;
    worst_flag?: string;
    reason?: string;
    read_on?: string;
    pull: number;
    annulled: boolean;
}

export interface Flag {
    flag: string;
    state: string; // fine, warn, fail, unknown: not looked at
    value?: string;
    limit?: string;
    unit?: string;
    video: number; // from 1; 0: all of them
    effect?: string;
}

export interface Measured {
    program: string;
    exposure_assumed: boolean;
    temperature_assumed: boolean;
    tracks: number;
    worst_flag: string;
    flags: Flag[];
    [setting: string]: unknown;
}

export interface Shown {
    assay: Assay;
    results: Result[];
    companions: { name: string; value?: string; unit?: string }[];
    measured: Measured[]; // one where videos were measured
    videos: {
        name: string;
        place?: string;
        frames: number;
        tracks: number;
        sha256: string;
        lossy: boolean;
        frames_lost?: number;
    }[];
}
