// hands.mjs: the same deed by mouse, and by keyboard and scanner alone.
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";

const MOST_TABS = 400;

// A scanner types faster than anybody: its keys are sent without waiting for one another.
export function wedge(page, code) {
    return Promise.all([...code, "Enter"].map((key) => page.keyboard.press(key)));
}

const isHere = (at) => at.evaluate((each) => each === document.activeElement);

// With Tab alone, as far round the page as it takes.
async function reach(page, at) {
    await at.waitFor();
    for (let i = 0; i < MOST_TABS; i++) {
        if (await isHere(at)) return;
        await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not reach ${at}`);
}

const kindOf = (at) => at.evaluate((each) => (each.tagName === "SELECT" ? "select" : each.type));

async function typed(page, at, value) {
    const kind = await kindOf(at);
    if (kind === "select") {
        const words = await at.locator(`option[value="${value}"]`).innerText();
        await page.keyboard.type(words);
    } else if (kind.startsWith("date"))
        await at.fill(value); // its parts stand as the reader's country orders them
    else {
        await page.keyboard.press("Control+A");
        await page.keyboard.type(value);
    }
}

export function mouse(page) {
    return {
        name: "mouse",
        press: async (at) => at.click(),
        put: async (at, value) =>
            (await kindOf(at)) === "select" ? at.selectOption(value) : at.fill(value),
        choose: async (at) => at.check(),
        scan: async (at, code) => {
            await at.fill(code);
            await at.press("Enter");
        },
    };
}

export function keyboard(page) {
    return {
        name: "keyboard and scanner",
        press: async (at) => {
            await reach(page, at);
            await page.keyboard.press("Enter");
        },
        put: async (at, value) => {
            await reach(page, at);
            await typed(page, at, value);
            assert.equal(await at.inputValue(), value, "the keyboard put it there");
        },
        // Of a group of choices Tab reaches the chosen one; the arrows go to the others.
        choose: async (at) => {
            const name = await at.getAttribute("name");
            await reach(page, page.locator(`input[name="${name}"]:checked`));
            for (let i = 0; i < 10 && !(await isHere(at)); i++)
                await page.keyboard.press("ArrowDown");
            assert.ok(await at.isChecked());
        },
        scan: async (_at, code) => wedge(page, code),
    };
}
