// sight.ts: which rows of a long list are in sight, and how high is the rest?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { Values } from "../record/ask";
import { useParts, type Order } from "./parts";

export interface Shown {
    name: string;
    input: Values;
    order: Order;
    first: Values[];
    count: number;
}

export function useSight(shown: Shown, height_px: number) {
    const scroller = useRef<HTMLDivElement>(null);
    const virtual = useVirtualizer<HTMLDivElement, HTMLElement>({
        count: shown.count,
        getScrollElement: () => scroller.current,
        estimateSize: () => height_px,
        overscan: 8,
    });
    const items = virtual.getVirtualItems();
    const from = items[0]?.index ?? 0;
    const to = items[items.length - 1]?.index ?? 0;
    const parts = useParts(shown.name, shown.input, shown.order, shown.first, shown.count, {
        from,
        to,
        flying: virtual.isScrolling,
    });
    const before_px = items[0]?.start ?? 0;
    const behind_px = virtual.getTotalSize() - (items[items.length - 1]?.end ?? 0);
    return {
        scroller,
        items,
        parts,
        before_px,
        behind_px,
        measure: virtual.measureElement,
        virtual,
    };
}
