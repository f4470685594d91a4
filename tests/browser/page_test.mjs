// page_test.mjs: every page fits, is named, is reached by the keyboard and has nothing for axe to find.
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { axe, root } from "./browser.mjs";
import { people } from "./people.mjs";
import { test } from "./tests.mjs";
import { settle } from "./world.mjs";
import { languages } from "./words.mjs";
import { cutText, overflow, unnamed, walk } from "./looks.mjs";

const MOST_STOPS = 400; // longer pages are lists, whose rows repeat

// As ui/src/shell/pages.ts names them: a new page stands here by itself.
const source = readFileSync(path.join(root, "ui", "src", "shell", "pages.ts"), "utf8");
const pages = [...source.matchAll(/\{\s*path: "([^"]+)".*?needs: \[([^\]]*)\]/gs)].map(
    ([, place, needs]) => ({
        place,
        needs: [...needs.matchAll(/"(\w+)"/g)].map((each) => each[1]),
    }),
);

assert.equal(pages.length, source.split("import(").length - 1, "a page of pages.ts is not tested");

// What stands where an address has a hole, and where that thing is.
const holes = [
    [/^\/do\//, { operation: "agreement.record" }, { as: "DC1" }],
    [/^\/show\//, { operation: "shipment.list" }, { as: "SC1" }],
    [/^\/lots\//, { code: "L-25-001", lot: "L-25-001" }, { record: "story", as: "QA1" }],
    [/^\/cold-chain\//, { shipment: "SH-0002", code: "SH-0002" }, { record: "story", as: "QA1" }],
    [/^\/measurement\/instruments/, { instrument: "NTA-01" }, { record: "measurements" }],
    [/^\/measurement\//, { lot: "L-25-001", assay: "AS-0406" }, { record: "measurements" }],
    [/^\/evidence/, {}, { record: "story" }],
    [/^\/recalls\//, { code: "RC-0001", recall: "RC-0001" }, { as: "RL1" }],
    [/^\/trace\//, { "*": "L-25-001", name: "L-25-001", code: "L-25-001" }, { as: "RL1" }],
    [/^\/record\//, { seq: "40", entry: "40" }, { as: "QM1" }],
    [/^\/people\//, { account: "QA1", code: "QA1" }, { as: "AD1" }],
    [/^\/list\//, { noun: "lot", name: "lot.list", operation: "lot.list" }, { as: "QA1" }],
];

function example({ place, needs }) {
    const [, values = {}, where = {}] = holes.find(([begins]) => begins.test(place)) ?? [];
    const at = place.replace(/:(\w+)\??|(\*)\??/g, (hole, word, rest) => {
        const name = word ?? rest;
        if (!values[name])
            throw new Error(
                `Give an example for ${hole} of ${place} in tests/browser/page_test.mjs.`,
            );
        return encodeURIComponent(values[name]);
    });
    const may = (each) => !needs.length || needs.some((one) => each.permissions.has(one));
    const as = people.find((each) => each.account === where.as && may(each)) ?? people.find(may);
    if (!as) throw new Error(`Nobody may see ${place}.`);
    return { at, record: where.record ?? "short", as: as.account };
}

async function looksWell(page, wrong, where, language) {
    for (const width of [1440, 1024, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(100); // what is drawn to its size is drawn again
        const over = await overflow(page);
        if (over) wrong.push(`${where} at ${width}: ${over} px wider than the window`);
        for (const each of await cutText(page)) wrong.push(`${where} at ${width} cuts ${each}`);
        if (width === (language === "ja" ? 1440 : 390))
            for (const each of await axe(page)) wrong.push(`${where} at ${width}: ${each}`);
    }
    for (const each of await unnamed(page)) wrong.push(`${where} does not name ${each}`);
}

for (const each of pages) {
    test(`The page ${each.place} opens at its address, fits, cuts nothing and is sound`, async (world) => {
        const { at, record, as } = example(each);
        const wrong = [];
        for (const language of languages) {
            const page = await world.person(record, as, { language, at });
            await settle(page);
            assert.equal(await page.locator("html").getAttribute("lang"), language);
            assert.deepEqual(
                await page.getByRole("main").getByRole("alert").allInnerTexts(),
                [],
                `${at} has something to show`,
            );
            await looksWell(page, wrong, `${at} (${language})`, language);
            assert.ok(
                (await page.getByRole("heading", { level: 1 }).first().innerText()).trim(),
                `${at} says what it is`,
            );
        }
        assert.deepEqual([...new Set(wrong)], []);
    });

    test(`On the page ${each.place} the keyboard reaches everything, and one sees where it is`, async (world) => {
        const { at, record, as } = example(each);
        const page = await world.person(record, as, { language: "en", at });
        await settle(page);
        const { stops, missed, unseen } = await walk(page, MOST_STOPS);
        assert.ok(stops > 5, `${at} has ${stops} places for the keyboard`);
        assert.deepEqual({ missed, unseen }, { missed: [], unseen: [] });
    });
}
