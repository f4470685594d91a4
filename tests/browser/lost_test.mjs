// lost_test.mjs: a connection that is lost in the middle of a form loses nothing and records once.
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { donor, openForm } from "./form_test.mjs";
import { test } from "./tests.mjs";
import { lost, refused } from "./world.mjs";
import { field, fill, t } from "./words.mjs";

async function entriesOf(world, code) {
    const rows = await (
        await world.speaker("donors", "QM1")
    ).rows(`/api/entries?take=1000&search=${code}`);
    return rows.filter((row) => row.subject === code && row.operation.startsWith("donor.register"));
}

async function filled(world, code, language = "en") {
    const opened = await openForm(world, "donors", "DC1", "donor.register", language);
    opened.page.expected = [lost, refused, /502/];
    await fill(opened.form, language, donor(code));
    return opened;
}

const lostTold = (form, language = "en") =>
    form.getByRole("alert").filter({ hasText: t(language, "form.lost") });
const recorded = (page, code) =>
    page.getByRole("status").getByText(code).first().waitFor({ timeout: 15_000 });

async function stillTyped(form, code) {
    for (const [name, value] of Object.entries(donor(code)))
        assert.equal(await field(form, "en", name).inputValue(), value, `${name} is still there`);
}

test("What was sent without a connection is sent by itself when it returns, once", async (world) => {
    const { page, form, send } = await filled(world, "D-1001");
    await page.context().setOffline(true);
    await send.click();
    await lostTold(form).waitFor();
    await stillTyped(form, "D-1001");
    assert.equal((await entriesOf(world, "D-1001")).length, 0);
    await page.context().setOffline(false);
    await recorded(page, "D-1001");
    assert.equal((await entriesOf(world, "D-1001")).length, 1);
});

test("Where the answer got lost after it was recorded, it is sent again and recorded once", async (world) => {
    const { page, form, send } = await filled(world, "D-1002");
    const sent = [];
    await page.route("**/api/donors", async (route) => {
        sent.push(route.request().headers()["idempotency-key"]);
        if (sent.length > 2) return route.continue();
        await route.fetch();
        return sent.length === 1
            ? route.abort("connectionreset")
            : route.fulfill({
                  status: 502,
                  body: "<h1>Bad gateway</h1>",
                  contentType: "text/html",
              });
    });
    await send.click();
    await lostTold(form).waitFor();
    assert.equal((await entriesOf(world, "D-1002")).length, 1, "the record took it");
    await recorded(page, "D-1002");
    assert.equal(sent.length, 3);
    assert.equal(new Set(sent).size, 1, "every attempt carried the same key");
    assert.equal((await entriesOf(world, "D-1002")).length, 1);
});

test("What was typed survives a reload, and what was recorded before it is not recorded twice", async (world) => {
    const { page, form, send } = await filled(world, "D-1003");
    await page.reload();
    await form.waitFor();
    await stillTyped(form, "D-1003");
    let cut = true;
    await page.route("**/api/donors", async (route) => {
        if (!cut) return route.continue();
        await route.fetch();
        return route.abort("connectionreset");
    });
    await send.click();
    await lostTold(form).waitFor();
    await page.reload();
    await form.waitFor();
    await stillTyped(form, "D-1003");
    cut = false;
    await send.click();
    await recorded(page, "D-1003");
    assert.equal((await entriesOf(world, "D-1003")).length, 1);
    await page.reload();
    await form.waitFor();
    assert.equal(
        await field(form, "en", "code").inputValue(),
        "",
        "what is recorded is no draft any more",
    );
});

test("Who stops sending finds the form as it was, and a correction after it is no second entry of the first", async (world) => {
    const { page, form, send } = await filled(world, "D-1004");
    await page.context().setOffline(true);
    await send.click();
    await lostTold(form).waitFor();
    await form.getByRole("button", { name: t("en", "form.hold") }).click();
    await stillTyped(form, "D-1004");
    await field(form, "en", "travel_yen").fill("1300");
    await page.context().setOffline(false);
    await send.click();
    await recorded(page, "D-1004");
    const entries = await entriesOf(world, "D-1004");
    assert.equal(entries.length, 1);
});

test("A session that ends in the middle of a form keeps what was typed for the same person alone", async (world) => {
    const { page, form, send } = await filled(world, "D-1005");
    const before = await page.context().cookies();
    await page.context().clearCookies();
    await send.click();
    await page.getByRole("form", { name: t("en", "sign_in.title") }).waitFor();
    const signIn = async (account) => {
        await page.getByLabel(t("en", "sign_in.account"), { exact: true }).fill(account);
        await page
            .getByLabel(t("en", "sign_in.secret"), { exact: true })
            .fill(`demo-${account}-secret`);
        await page.keyboard.press("Enter");
        await page.getByRole("banner").getByText(account).first().waitFor();
    };
    await signIn("DP1");
    assert.equal(await page.getByText("D-1005").count(), 0);
    await page.getByRole("button", { name: t("en", "nav.leave") }).click();
    await page.getByRole("form", { name: t("en", "sign_in.title") }).waitFor();
    await signIn("DC1");
    await form.waitFor();
    await stillTyped(form, "D-1005");
    await send.click();
    await recorded(page, "D-1005");
    assert.equal((await entriesOf(world, "D-1005")).length, 1);
    assert.ok(before.length);
});

test("A list that cannot be loaded says so and never looks empty", async (world) => {
    const page = await world.person("donors", "DC1", { language: "en" });
    page.expected = [lost, refused, /50[03]/];
    await page.route("**/api/donors*", (route) => route.abort("connectionrefused"));
    await page.goto("/show/donor.list");
    await page
        .getByRole("alert")
        .filter({ hasText: t("en", "fault.lost") })
        .waitFor({ timeout: 15_000 });
    assert.equal(await page.getByRole("main").getByText(t("en", "rows.none")).count(), 0);
    await page.unroute("**/api/donors*");
    await page.getByRole("button", { name: t("en", "fault.again") }).click();
    await page.getByText("D-0001").first().waitFor();
});
