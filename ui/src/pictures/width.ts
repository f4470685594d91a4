// width.ts: how wide is the place for a picture, so that its words keep their size?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef, useState } from "react";

export function useWidth<T extends HTMLElement>(begin = 640) {
    const place = useRef<T>(null);
    const [width, setWidth] = useState(begin);
    useEffect(() => {
        const own = place.current;
        if (!own) return;
        const measure = () => setWidth(Math.max(240, Math.floor(own.clientWidth)));
        const watcher = new ResizeObserver(measure);
        watcher.observe(own);
        measure();
        return () => watcher.disconnect();
    }, []);
    return { place, width };
}
