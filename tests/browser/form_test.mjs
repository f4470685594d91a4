// form_test.mjs: what a form says when something is wrong, and what a signature means before it is given.
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { axe } from "./browser.mjs";
import { test } from "./tests.mjs";
import { refused } from "./world.mjs";
import { choice, field, fill, label, languages, t, title } from "./words.mjs";
import { cutText, overflow } from "./looks.mjs";

const person = {
    tissue: "adipose",
    sex: "female",
    name: "試験 花子",
    birth_date: "1990-04-01",
    tested_person: "donor",
    identity_checked: "yes",
    treatment_first: "yes",
    chosen_because: "planned operation",
    payment_yen: "0",
    travel_yen: "1200",
    travel_purpose: "train",
};
export const donor = (code, more = {}) => ({ code, ...person, ...more });

export async function openForm(world, record, account, operation, language, settings = {}) {
    const page = await world.person(record, account, {
        language,
        at: `/do/${operation}`,
        ...settings,
    });
    const form = page.getByRole("form", { name: title(language, operation), exact: true });
    await form.waitFor();
    return { page, form, send: form.locator("[type=submit]") };
}

const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("name"));
const wrongOf = (at) =>
    at.evaluate((each) => {
        const ids = (each.getAttribute("aria-describedby") ?? "").split(" ");
        return each.getAttribute("aria-invalid") === "true"
            ? ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ")
            : "";
    });
const isJapanese = (text) => /[ぁ-んァ-ン一-龠]/.test(text);

for (const language of languages) {
    test(`What is missing or wrong is said at its field, and the first one gets the focus (${language})`, async (world) => {
        const { page, form, send } = await openForm(
            world,
            "donors",
            "DC1",
            "donor.register",
            language,
        );
        await send.click();
        assert.equal(await form.locator("[aria-invalid=true]").count(), 11, "all that is required");
        assert.equal(await focused(page), "code");
        assert.match(
            await wrongOf(field(form, language, "code")),
            new RegExp(t(language, "check.missing").replace(/[.]/g, "\\.")),
        );
        await fill(form, language, donor("D 1 ?", { payment_yen: "-1", travel_yen: "1,2" }));
        await send.click();
        assert.ok(
            (await wrongOf(field(form, language, "code"))).includes(t(language, "check.code")),
        );
        assert.ok(
            (await wrongOf(field(form, language, "payment_yen"))).includes(
                t(language, "check.low", { low: 0 }),
            ),
        );
        assert.ok(
            (await wrongOf(field(form, language, "travel_yen"))).includes(
                t(language, "check.integer"),
            ),
        );
        assert.equal(await form.locator("[aria-invalid=true]").count(), 3);
        for (const width of [1440, 390]) {
            await page.setViewportSize({ width, height: 900 });
            assert.deepEqual(await axe(page), []);
            assert.equal(await overflow(page), 0);
            assert.deepEqual(await cutText(page), []);
        }
    });

    test(`What the record refuses is said at the field it names, in the reader's language (${language})`, async (world) => {
        const { page, form, send } = await openForm(
            world,
            "donors",
            "DC1",
            "donor.register",
            language,
        );
        page.expected = [refused];
        await fill(form, language, donor(`D-02-${language}`, { birth_date: "1990-13-01" }));
        await send.click();
        await form.locator("[aria-invalid=true]").first().waitFor();
        const told = await wrongOf(field(form, language, "birth_date"));
        assert.equal(
            isJapanese(told.replace(label(language, "birth_date"), "")),
            language === "ja",
            told,
        );
        assert.equal(await focused(page), "birth_date");
        assert.equal(await field(form, language, "name").inputValue(), person.name);
        await field(form, language, "birth_date").fill("1990-12-01");
        await send.click();
        await page.getByRole("status").getByText(`D-02-${language}`).first().waitFor();
    });

    test(`A signature is asked for with its meaning; a wrong secret is refused at its field (${language})`, async (world) => {
        const { page, form, send } = await openForm(
            world,
            "release",
            "EO1",
            "donor.decide",
            language,
        );
        page.expected = [refused];
        await form
            .getByText(
                t(language, "sign.meaning", {
                    name: "榊 千歳",
                    account: "EO1",
                    meaning: choice(language, "responsible"),
                }),
            )
            .waitFor();
        await fill(form, language, { donor: "D-0002", decision: "ineligible" });
        assert.ok(await send.isDisabled(), "nothing is recorded without the secret");
        const secret = form.getByLabel(t(language, "sign.secret"));
        await secret.fill("not this");
        await send.click();
        await form.locator("[aria-invalid=true]").first().waitFor();
        const told = await wrongOf(secret);
        assert.equal(isJapanese(told), language === "ja", told);
        assert.equal(await field(form, language, "donor").inputValue(), "D-0002");
    });
}

test("Full-width digits and letters are taken as what they mean", async (world) => {
    const { page, form, send } = await openForm(world, "donors", "DC1", "donor.register", "ja");
    await fill(form, "ja", donor("Ｄ－０３００", { travel_yen: "１２００" }));
    await send.click();
    await page.getByRole("status").getByText("D-0300").first().waitFor();
    const rows = await (await world.speaker("donors", "DC1")).rows("/api/donors?search=D-0300");
    assert.equal(rows.length, 1);
});
