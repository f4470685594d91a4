// zoom.ts: which part of a large picture is seen, and how that changes by wheel, drag, key and button.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useCallback, useEffect, useRef, useState } from "react";

export interface View {
    x: number; // of the picture's origin, in pixels of the screen
    y: number;
    scale: number;
}
export interface Size {
    width: number;
    height: number;
}

const LEAST = 0.2;
const MOST = 3;
const STEP = 1.25;
const PAN_PX = 60;
const DRAG_PX = 4;

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

// Something of the picture always stays in sight.
function kept(view: View, frame: Size, picture: Size): View {
    const margin = 60;
    return {
        scale: view.scale,
        x: clamp(view.x, margin - picture.width * view.scale, frame.width - margin),
        y: clamp(view.y, margin - picture.height * view.scale, frame.height - margin),
    };
}

export function fitting(frame: Size, picture: Size, most = 1): View {
    const scale = clamp(
        Math.min(frame.width / picture.width, frame.height / picture.height),
        LEAST,
        most,
    );
    return {
        scale,
        x: (frame.width - picture.width * scale) / 2,
        y: (frame.height - picture.height * scale) / 2,
    };
}

// A point of the picture in the middle of the frame.
export function around(frame: Size, point: { x: number; y: number }, scale: number): View {
    return { scale, x: frame.width / 2 - point.x * scale, y: frame.height / 2 - point.y * scale };
}

export function useZoom(frame: Size, picture: Size, begin: View) {
    const [view, setView] = useState<View | null>(null);
    const element = useRef<HTMLDivElement>(null);
    const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
    const shown = view ?? begin;
    const put = useCallback(
        (change: (view: View) => View) =>
            setView((before) => kept(change(before ?? begin), frame, picture)),
        [frame, picture, begin],
    );
    const zoom = useCallback(
        (factor: number, at = { x: frame.width / 2, y: frame.height / 2 }) =>
            put((before) => {
                const scale = clamp(before.scale * factor, LEAST, MOST);
                const by = scale / before.scale;
                return {
                    scale,
                    x: at.x - (at.x - before.x) * by,
                    y: at.y - (at.y - before.y) * by,
                };
            }),
        [frame, put],
    );
    const pan = useCallback(
        (x: number, y: number) =>
            put((before) => ({ ...before, x: before.x + x, y: before.y + y })),
        [put],
    );
    const all = useCallback(() => put(() => fitting(frame, picture)), [frame, picture, put]);

    // The page scrolls under a picture nobody works in: the wheel zooms once it has the focus.
    useEffect(() => {
        const own = element.current;
        if (!own) return;
        const wheel = (event: WheelEvent) => {
            if (!event.ctrlKey && !own.contains(document.activeElement)) return;
            event.preventDefault();
            const place = own.getBoundingClientRect();
            zoom(event.deltaY < 0 ? STEP : 1 / STEP, {
                x: event.clientX - place.left,
                y: event.clientY - place.top,
            });
        };
        own.addEventListener("wheel", wheel, { passive: false });
        return () => own.removeEventListener("wheel", wheel);
    }, [zoom]);

    const keys: Record<string, () => void> = {
        "+": () => zoom(STEP),
        "=": () => zoom(STEP),
        "-": () => zoom(1 / STEP),
        "0": all,
        ArrowLeft: () => pan(PAN_PX, 0),
        ArrowRight: () => pan(-PAN_PX, 0),
        ArrowUp: () => pan(0, PAN_PX),
        ArrowDown: () => pan(0, -PAN_PX),
    };
    return {
        view: shown,
        element,
        all,
        pan,
        closer: () => zoom(STEP),
        farther: () => zoom(1 / STEP),
        // So that whoever walks by keyboard sees where the focus is.
        reveal: (box: { x: number; y: number; width: number; height: number }) => {
            element.current?.scrollIntoView({ block: "nearest" });
            put((before) => {
                const left = before.x + box.x * before.scale,
                    top = before.y + box.y * before.scale;
                const right = left + box.width * before.scale,
                    bottom = top + box.height * before.scale;
                const inside =
                    left >= 0 && top >= 0 && right <= frame.width && bottom <= frame.height;
                return inside
                    ? before
                    : around(
                          frame,
                          { x: box.x + box.width / 2, y: box.y + box.height / 2 },
                          before.scale,
                      );
            });
        },
        onKeyDown: (event: React.KeyboardEvent) => {
            const act =
                event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
            if (!act) return;
            event.preventDefault();
            act();
        },
        onPointerDown: (event: React.PointerEvent) => {
            if (event.button === 0)
                drag.current = { x: event.clientX, y: event.clientY, moved: false };
        },
        onPointerMove: (event: React.PointerEvent) => {
            const from = drag.current;
            if (!from) return;
            const x = event.clientX - from.x,
                y = event.clientY - from.y;
            if (!from.moved && Math.hypot(x, y) < DRAG_PX) return;
            if (!from.moved) element.current?.setPointerCapture(event.pointerId);
            drag.current = { x: event.clientX, y: event.clientY, moved: true };
            pan(x, y);
        },
        onPointerUp: () => {
            const moved = drag.current?.moved;
            // The click that ends a drag opens nothing; it comes before this timer.
            if (moved) setTimeout(() => (drag.current = null), 0);
            else drag.current = null;
        },
        dragged: () => drag.current?.moved === true,
    };
}
