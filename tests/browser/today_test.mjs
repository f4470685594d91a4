// today_test.mjs: does the first page show what the record says waits, and lead to where it is settled?
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { axe } from "./browser.mjs";
import { test } from "./tests.mjs";
import { lost, settle } from "./world.mjs";
import { choice, fill, languages, t, title } from "./words.mjs";
import { cutText, overflow } from "./looks.mjs";

const record = "bench.today";
const links = (page) => page.locator("[data-settle]");
const kinds = (rows) => [...new Set(rows.map((row) => row.kind))];

for (const language of languages) {
    test(`Today shows each thing that waits, the most pressing first, and each leads on (${language})`, async (world) => {
        const page = await world.person(record, "QM1", { language });
        await settle(page);
        const rows = await (await world.speaker(record, "QM1")).rows("/api/today");
        assert.ok(rows.length > 1, "nothing waits in this record");
        assert.deepEqual(
            await page.locator("#main h2").allInnerTexts(),
            kinds(rows).map((kind) => choice(language, kind)),
        );
        const codes = kinds(rows)
            .flatMap((kind) => rows.filter((row) => row.kind === kind))
            .map((row) => `${title(language, row.operation)}: ${row.code}`);
        assert.deepEqual(
            await links(page).evaluateAll((all) =>
                all.map((each) => each.getAttribute("aria-label")),
            ),
            codes,
        );
        await links(page).first().focus();
        for (const code of codes) {
            assert.equal(
                await page.evaluate(() => document.activeElement?.getAttribute("aria-label")),
                code,
            );
            await page.keyboard.press("ArrowDown");
        }
        for (const width of [1440, 1024, 390]) {
            await page.setViewportSize({ width, height: 900 });
            assert.deepEqual(await axe(page), []);
            assert.equal(await overflow(page), 0);
            assert.deepEqual(await cutText(page), []);
        }
        for (const place of await links(page).evaluateAll((all) =>
            all.map((each) => each.getAttribute("href")),
        )) {
            await page.goto(place);
            await settle(page);
            assert.equal(
                await page.getByText(t(language, "nav.nothing")).count(),
                0,
                `${place} is no page`,
            );
        }
    });
}

test("A list that cannot be renewed says from when it is, and keeps what it showed", async (world) => {
    const page = await world.person(record, "QM1", { language: "en" });
    page.expected = [lost];
    await settle(page);
    const before = await links(page).count();
    assert.ok(before > 0);
    await page.route("**/api/today", (each) => each.abort());
    await page.getByRole("button", { name: t("en", "today.renew") }).click();
    const stale = t("en", "today.stale", { time: "(\\d\\d:\\d\\d)" });
    await page.getByText(new RegExp(stale)).waitFor();
    assert.equal(await links(page).count(), before);
    await page.unroute("**/api/today");
    await page.getByRole("button", { name: t("en", "today.renew") }).click();
    await page.getByText(new RegExp(stale)).waitFor({ state: "detached" });
    assert.equal(await links(page).count(), before);
});

test("What is settled waits no longer, and nothing is said to wait for who has nothing to do", async (world) => {
    const page = await world.person(record, "OP1", { language: "en" });
    await settle(page);
    const asked = page.getByRole("link", { name: `${title("en", "operator.declare")}: OP1` });
    await asked.click();
    const form = page.getByRole("form", { name: title("en", "operator.declare"), exact: true });
    await form.waitFor();
    const fine = {
        infection: "no",
        wound: "no",
        diarrhoea: "no",
        fever: "no",
        handled_contaminants: "no",
        gowned: "yes",
    };
    await fill(form, "en", fine);
    await form.locator("[type=submit]").click();
    await form.waitFor({ state: "detached" });
    await page.getByRole("link", { name: t("en", "nav.today"), exact: true }).click();
    await settle(page);
    assert.equal(await asked.count(), 0);
    const auditor = await world.person(record, "AU1", { language: "en" });
    await auditor.getByText(t("en", "today.nothing", { site: "M" })).waitFor();
});
