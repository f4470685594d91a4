// frame_test.mjs: the first screen, both languages, and what stands around every page.
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { axe } from "./browser.mjs";
import { wedge } from "./hands.mjs";
import { test } from "./tests.mjs";
import { refused } from "./world.mjs";
import { languages, t } from "./words.mjs";
import { cutText, overflow } from "./looks.mjs";

// What the first screen says is asked of the server or not at all; compressed, as it is sent.
const FIRST_LOAD_MOST_BYTES = 350_000;

const button = (page, language, key) =>
    page.getByRole("button", { name: t(language, key), exact: true });

for (const language of languages) {
    test(`A wrong secret is refused in words, a right one opens Today (${language})`, async (world) => {
        const page = await world.stranger("short", { language });
        page.expected = [refused];
        await page.goto("/");
        await page.getByLabel(t(language, "sign_in.account"), { exact: true }).fill("QA1");
        await page.getByLabel(t(language, "sign_in.secret"), { exact: true }).fill("wrong");
        await button(page, language, "sign_in.title").click();
        await page
            .getByRole("alert")
            .filter({ hasText: t(language, "fault.sign_in") })
            .waitFor();
        const told = await page.getByRole("alert").innerText();
        assert.equal(
            /[ぁ-ん]/.test(told),
            language === "ja",
            `the refusal is in the other language: ${told}`,
        );
        assert.equal(
            await page.getByLabel(t(language, "sign_in.account"), { exact: true }).inputValue(),
            "QA1",
        );
        await page
            .getByLabel(t(language, "sign_in.secret"), { exact: true })
            .fill("demo-QA1-secret");
        await page.keyboard.press("Enter");
        await page.getByRole("main").getByRole("heading", { level: 1 }).first().waitFor();
        await page.getByText("久世 静").first().waitFor();
        await button(page, language, "nav.leave").click();
        await button(page, language, "sign_in.title").waitFor();
        await page.reload();
        await button(page, language, "sign_in.title").waitFor();
    });

    test(`The first screen fits, cuts no text and has nothing for axe to find (${language})`, async (world) => {
        for (const width of [1440, 1024, 390]) {
            const page = await world.stranger("short", { language, width });
            await page.goto("/");
            await button(page, language, "sign_in.title").waitFor();
            await page.getByText("QA1").first().waitFor();
            assert.equal(await page.locator("html").getAttribute("lang"), language);
            assert.equal(await overflow(page), 0, `wider than ${width}`);
            assert.deepEqual(await cutText(page), []);
            if (width !== 1024) assert.deepEqual(await axe(page), []);
        }
    });
}

test("A change of language keeps what was typed, and is kept itself", async (world) => {
    const page = await world.stranger("short", { language: "ja" });
    await page.goto("/");
    await page.getByLabel(t("ja", "sign_in.account"), { exact: true }).fill("K1-P1");
    await page.getByLabel(t("ja", "sign_in.site")).fill("K1");
    await page.getByRole("button", { name: "English" }).click();
    await button(page, "en", "sign_in.title").waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    assert.equal(
        await page.getByLabel(t("en", "sign_in.account"), { exact: true }).inputValue(),
        "K1-P1",
    );
    assert.equal(await page.getByLabel(t("en", "sign_in.site")).inputValue(), "K1");
    await page.reload();
    await button(page, "en", "sign_in.title").waitFor();
});

test("An example account can be chosen and fills in its secret", async (world) => {
    const page = await world.stranger("short", { language: "en" });
    await page.goto("/");
    await page.getByRole("button", { name: /^K1-N1/ }).click();
    assert.equal(
        await page.getByLabel(t("en", "sign_in.account"), { exact: true }).inputValue(),
        "K1-N1",
    );
    await button(page, "en", "sign_in.title").click();
    await page.getByRole("banner").getByText(/K1-N1/).waitFor();
});

test("The policy lets no inline script or style through, and no other site frame or hold a page", async (world) => {
    const page = await world.stranger("short");
    const answer = await page.goto("/");
    const policy = answer.headers()["content-security-policy"] ?? "";
    const said = Object.fromEntries(policy.split(";").map((each) => each.trim().split(/ (.*)/)));
    assert.ok(policy, "there is a policy");
    assert.ok(!/'unsafe-(inline|eval)'/.test(policy), policy);
    assert.match(said["default-src"] ?? "", /^'(none|self)'$/);
    assert.match(said["frame-ancestors"] ?? "", /^'none'$/);
    assert.doesNotMatch(policy, /https?:/, "no other host");
    const again = await page.goto("/");
    assert.notEqual(again.headers()["content-security-policy"], policy, "a nonce is used once");
    const hurt = await page.evaluate(
        () =>
            new Promise((resolve) => {
                document.addEventListener("securitypolicyviolation", (each) =>
                    resolve(each.effectiveDirective),
                );
                const script = document.createElement("script");
                script.textContent = "globalThis.hurt = true";
                document.body.append(script);
                setTimeout(() => resolve(`let through: ${globalThis.hurt}`), 1000);
            }),
    );
    assert.match(hurt, /^script-src/);
    page.expected = [/Content Security Policy/];
});

test("The first load is below 350 kB as it is sent", async (world) => {
    const page = await world.stranger("short", { language: "ja" });
    const network = await page.context().newCDPSession(page);
    let bytes = 0;
    await network.send("Network.enable");
    network.on("Network.loadingFinished", (each) => {
        bytes += each.encodedDataLength;
    });
    await page.goto("/");
    await button(page, "ja", "sign_in.title").waitFor();
    await page.waitForLoadState("networkidle");
    console.log(`first load ${bytes} bytes`);
    assert.ok(bytes > 10_000, "the network was seen");
    assert.ok(bytes < FIRST_LOAD_MOST_BYTES, `${bytes} bytes`);
});

test("A session that ended asks for the secret again and shows nothing of before", async (world) => {
    const page = await world.person("short", "QA1", { language: "en" });
    page.expected = [refused];
    await page.context().clearCookies();
    await page.reload();
    await button(page, "en", "sign_in.title").waitFor();
    assert.equal(
        await page.getByText("久世 静", { exact: true }).and(page.locator("header *")).count(),
        0,
    );
});

test("A scanned code opens what it names, from anywhere", async (world) => {
    const page = await world.person("short", "QA1", { language: "en", at: "/operations" });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.evaluate(() => document.activeElement?.blur());
    await wedge(page, "L-25-001-0026");
    await page.waitForURL(/\/trace\/.*L-25-001-0026/);
    await page.getByRole("searchbox", { name: t("en", "seek") }).fill("Ｌ－２５－００１");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/lots\/L-25-001$/);
});
