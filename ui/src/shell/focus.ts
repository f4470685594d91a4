// focus.ts: what has the keyboard stays in sight, also where the page moves while it arrives.
// SPDX-License-Identifier: AGPL-3.0-or-later

// A part of a drawing is not scrolled to; the drawing is.
function placeOf(element: HTMLElement | SVGElement): Element {
    return element instanceof SVGElement ? (element.ownerSVGElement ?? element) : element;
}

function show(element: HTMLElement | SVGElement): void {
    const box = element.getBoundingClientRect();
    const outside = box.bottom <= 0 || box.top >= window.innerHeight;
    if (outside && element === document.activeElement)
        placeOf(element).scrollIntoView({ block: "center" });
}

// Lists that draw only what is seen and pictures that pan are laid out anew behind the browser's
// own scrolling.
export function keepFocusInSight(): () => void {
    function focus(event: FocusEvent) {
        const element = event.target;
        if (!(element instanceof HTMLElement || element instanceof SVGElement)) return;
        requestAnimationFrame(() => {
            show(element);
            requestAnimationFrame(() => show(element));
        });
    }
    document.addEventListener("focusin", focus);
    return () => document.removeEventListener("focusin", focus);
}
