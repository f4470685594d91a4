// looks.mjs: does a page fit its window, is a text cut, is every control named and reached?
// SPDX-License-Identifier: AGPL-3.0-or-later

// Pixels by which a page is wider than its window.
export async function overflow(page) {
    return page.evaluate(() =>
        Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
    );
}

// Elements that hide a part of their own text. What is hidden from the eye on purpose is one pixel.
export async function cutText(page) {
    return page.evaluate(() =>
        [...document.body.querySelectorAll("*")]
            .filter((each) => {
                const style = getComputedStyle(each);
                if (each.clientWidth <= 2 || each.clientHeight <= 2 || !each.innerText?.trim())
                    return false;
                if (each.closest("svg") || each.querySelector("svg text")) return false; // a picture is moved and zoomed
                const hides = (way) => way === "hidden" || way === "clip";
                return (
                    (hides(style.overflowX) && each.scrollWidth > each.clientWidth + 1) ||
                    (hides(style.overflowY) && each.scrollHeight > each.clientHeight + 1)
                );
            })
            .map((each) => `${each.tagName.toLowerCase()} "${each.innerText.slice(0, 60)}"`),
    );
}

// Controls without a name, as a person with a screen reader would meet them.
export async function unnamed(page) {
    return page.evaluate(() => {
        const named = (each) =>
            (each.getAttribute("aria-label") ?? "").trim() ||
            each.textContent?.trim() ||
            (each.labels && [...each.labels].some((label) => label.textContent.trim())) ||
            each.title ||
            (each.getAttribute("aria-labelledby") ?? "")
                .split(" ")
                .some((id) => document.getElementById(id)?.textContent?.trim());
        return [
            ...document.querySelectorAll("#main input, #main select, #main textarea, #main button"),
        ]
            .filter(
                (each) => each.type !== "hidden" && each.getClientRects().length && !named(each),
            )
            .map((each) => each.outerHTML.slice(0, 120));
    });
}

// By the keyboard alone: what Tab reaches from the top of the page, and where no focus is seen.
export async function walk(page, most) {
    const reached = new Set();
    const unseen = [];
    await page.evaluate(() => {
        document.activeElement?.blur();
        window.scrollTo(0, 0);
        const all = document.querySelectorAll(
            "a[href], button, input, select, textarea, summary, [tabindex]",
        );
        let count = 0;
        for (const each of all) {
            const style = getComputedStyle(each);
            if (
                each.disabled ||
                each.tabIndex < 0 ||
                each.type === "hidden" ||
                each.closest("fieldset:disabled, [inert]") ||
                !each.getClientRects().length ||
                style.visibility === "hidden" ||
                (each.closest("details:not([open])") && each.tagName !== "SUMMARY")
            )
                continue;
            if (each.type === "radio" && !each.checked) continue; // the group is one stop
            each.dataset.stop = String(count++);
        }
    });
    const stops = await page.locator("[data-stop]").count();
    for (let i = 0; i < Math.min(stops * 1.5 + 40, most); i++) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate(async () => {
            await new Promise((resolve) =>
                requestAnimationFrame(() => requestAnimationFrame(resolve)),
            );
            const each = document.activeElement;
            if (!each || each === document.body) return null;
            const box = each.getBoundingClientRect();
            const around = [
                each,
                each.parentElement,
                each.parentElement?.parentElement,
                ...(each.parentElement?.children ?? []),
            ];
            const marked = around.some((one) => {
                const style = one && getComputedStyle(one);
                return (
                    style &&
                    ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) ||
                        (one === each && style.boxShadow !== "none"))
                );
            });
            // A date has parts of its own, which the browser marks itself.
            const parted = each.matches("input[type^=date], input[type=time]");
            const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
            return {
                stop: each.dataset.stop,
                seen: (marked || parted) && inside,
                what: each.outerHTML.slice(0, 100),
            };
        });
        if (!at) continue;
        if (at.stop !== undefined) reached.add(at.stop);
        if (!at.seen) unseen.push(at.what);
        if (reached.size === stops) break;
    }
    const missed = await page.evaluate(
        (found) =>
            [...document.querySelectorAll("[data-stop]")]
                .filter((each) => !found.includes(each.dataset.stop))
                .map((each) => each.outerHTML.slice(0, 100)),
        [...reached],
    );
    return { stops, missed: stops * 1.5 + 40 > most ? [] : missed, unseen };
}
