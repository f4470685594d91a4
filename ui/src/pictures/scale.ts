// scale.ts: from numbers to places on paper, and the round numbers that an axis names.
// SPDX-License-Identifier: AGPL-3.0-or-later

export interface Scale {
    at: (value: number) => number; // in pixels
    ticks: number[];
}

// 1, 2 or 5 times a power of ten, so that at most so many steps lie between.
export function roundStep(span: number, most: number): number {
    const rough = span / Math.max(1, most);
    const power = 10 ** Math.floor(Math.log10(rough));
    const found = [1, 2, 5, 10].find((each) => each * power >= rough);
    return (found ?? 10) * power;
}

export function linear(low: number, high: number, from: number, to: number, most = 6): Scale {
    const span = high - low || 1;
    const step = roundStep(span, most);
    const ticks: number[] = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
        ticks.push(i * step);
    return { at: (value) => from + ((value - low) / span) * (to - from), ticks };
}

const among = [1, 2, 5];

export function logarithmic(low: number, high: number, from: number, to: number): Scale {
    const span = Math.log(high / low) || 1;
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
        for (const each of among) {
            const value = each * 10 ** power;
            if (value >= low * 0.999 && value <= high * 1.001) ticks.push(value);
        }
    return {
        at: (value) => from + (Math.log(Math.max(value, low / 10) / low) / span) * (to - from),
        ticks,
    };
}
