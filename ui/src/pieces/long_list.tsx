// long_list.tsx: any number of rows, of which only those in sight are drawn; arrows walk them.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import classes from "./long_list.module.css";

interface LongListProps<T> {
    rows: T[];
    name: string; // what the list is, for who does not see it
    draw: (row: T) => React.ReactNode; // with one link or button
    id: (row: T) => string | number;
    more?: () => void; // asked for when the end comes into sight
    high?: number; // px of a row, as far as it can be told before it is drawn
    tall?: string; // of the frame at most, as CSS says it
}

export function LongList<T>({
    rows,
    name,
    draw,
    id,
    more,
    high = 56,
    tall = "70vh",
}: LongListProps<T>) {
    const around = useRef<HTMLDivElement>(null);
    const list = useVirtualizer({
        count: rows.length,
        getScrollElement: () => around.current,
        estimateSize: () => high,
        overscan: 12,
        getItemKey: (i) => id(rows[i]!),
    });
    const shown = list.getVirtualItems();
    const end = shown[shown.length - 1]?.index ?? -1;
    useEffect(() => {
        if (more && end >= rows.length - 20) more();
    }, [end, rows.length, more]);

    function step(event: React.KeyboardEvent) {
        const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
        const at = (event.target as HTMLElement).closest<HTMLElement>("[data-index]")?.dataset[
            "index"
        ];
        if (!by || at === undefined) return;
        event.preventDefault();
        const to = Math.max(0, Math.min(rows.length - 1, Number(at) + by));
        list.scrollToIndex(to);
        requestAnimationFrame(() =>
            around.current
                ?.querySelector<HTMLElement>(`[data-index="${to}"] :is(a, button)`)
                ?.focus({ preventScroll: true }),
        );
    }
    return (
        <div
            ref={around}
            className={classes.around}
            onKeyDown={step}
            style={{ height: `min(${tall}, ${list.getTotalSize() + 2}px)` }}
        >
            <ul aria-label={name} className={classes.list} style={{ height: list.getTotalSize() }}>
                {shown.map((each) => (
                    <li
                        key={each.key}
                        data-index={each.index}
                        ref={list.measureElement}
                        className={classes.row}
                        aria-setsize={rows.length}
                        aria-posinset={each.index + 1}
                        style={{ transform: `translateY(${each.start}px)` }}
                    >
                        {draw(rows[each.index]!)}
                    </li>
                ))}
            </ul>
        </div>
    );
}
