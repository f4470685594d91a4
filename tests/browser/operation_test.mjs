// operation_test.mjs: every operation of the catalogue has its page, in both languages.
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { examples, fewestPeople, operations, people } from "./people.mjs";
import { test } from "./tests.mjs";
import { go } from "./world.mjs";
import { label, languages, t, title } from "./words.mjs";
import { unnamed } from "./looks.mjs";

const PATIENCE_MS = 10_000;
const records = ["short", "bedside", "deviations", "surroundings", "measurements", "story"];

// What the description of the API asks for; signatures are asked for in words of their own.
function required(operation) {
    const schema = operation.described.requestBody?.content["application/json"].schema ?? {};
    const inBody = (schema.required ?? []).filter(
        (name) => !["reason", "occurred_at", "signature", "witness"].includes(name),
    );
    const inPath = (operation.described.parameters ?? [])
        .filter((each) => each.in === "path")
        .map((each) => each["x-member"] ?? each.name);
    return [...inPath, ...inBody];
}

async function switchTo(page, language) {
    await page.getByRole("button", { name: language === "ja" ? "日本語" : "English" }).click();
    await page.locator(`html[lang=${language}]`).waitFor();
}

// To a page of an operation and, as soon as it stands there, what it shows: in one question to the
// browser, because there are hundreds of pages.
export async function look(page, address, heading) {
    return page.evaluate(
        async ({ to, title, answer, patience }) => {
            history.pushState(null, "", to);
            const main = document.getElementById("main");
            const found = () =>
                main.querySelector("h1")?.textContent === title &&
                (answer
                    ? (main.querySelector("table, [role=table], [role=grid], [role=feed]") ??
                      [...main.querySelectorAll("section")]
                          .find((each) => each.querySelector("h2")?.textContent === answer)
                          ?.querySelector(
                              "dl, table, a[href*='/api/'], [role=table], [role=grid], ul, pre, p, span",
                          ))
                    : main.querySelector("form [type=submit]"));
            for (const began = Date.now(); !found() && Date.now() - began < patience;)
                await new Promise((resolve) => setTimeout(resolve, 15));
            const texts = (what) =>
                [...main.querySelectorAll(what)].map((each) => each.textContent);
            return {
                stands: !!found(),
                heading: main.querySelector("h1")?.textContent,
                alerts: texts("[role=alert]"),
                form: main.querySelector("form")?.getAttribute("aria-label"),
                buttons: texts("form [type=submit]"),
                labels: texts("label, legend"),
            };
        },
        { to: address, patience: PATIENCE_MS, ...heading },
    );
}

// A form stands there under its name, with its button, and every field of it is named.
async function formStands(page, language, operation) {
    const name = title(language, operation.name);
    const seen = await look(page, `/do/${operation.name}`, { title: name });
    assert.ok(seen.stands, `there is a form: ${JSON.stringify(seen).slice(0, 200)}`);
    assert.equal(seen.form, name);
    assert.deepEqual(seen.buttons, [
        operation.signature ? t(language, "form.sign", { what: name }) : name,
    ]);
    for (const each of required(operation))
        assert.ok(
            seen.labels.some((text) => text.startsWith(label(language, each))),
            `it asks for ${each}`,
        );
    assert.deepEqual(await unnamed(page), []);
}

test("Every operation that records has its form with named fields, in both languages", async (world) => {
    const wanted = operations.filter((each) => !each.reads);
    const wrong = [];
    for (const { account, may } of fewestPeople(wanted)) {
        const page = await world.person("short", account);
        for (const language of languages) {
            await switchTo(page, language);
            for (const operation of may)
                await formStands(page, language, operation).catch((fault) =>
                    wrong.push(
                        `${language} ${operation.name}: ${String(fault.message).split("\n")[0]}`,
                    ),
                );
        }
        await page.context().close();
    }
    assert.deepEqual(wrong, []);
});

const asked = (given) => new URLSearchParams(given).toString();

// Who is answered at which record? The tables of the examples say what to ask for.
async function whereAnswered(world, operation, given) {
    const place = operation.place.replace(/\{(\w+)\}/g, (_, name) =>
        encodeURIComponent(given[name]),
    );
    const query = Object.entries(given).filter(([name]) => !operation.place.includes(`{${name}}`));
    const address = query.length ? `${place}?${asked(query)}` : place;
    let empty = null;
    for (const record of records)
        for (const site of ["M", "K2", "K1"]) {
            const who = people.find(
                (each) => each.site === site && each.permissions.has(operation.permission),
            );
            if (!who) continue;
            const { status, said } = await (await world.speaker(record, who.account)).get(address);
            if (status !== 200) continue;
            if (!said?.rows || said.rows.length) return { record, account: who.account };
            empty ??= { record, account: who.account };
        }
    return empty;
}

async function answerStands(page, language, operation, given) {
    const seen = await look(page, `/show/${operation.name}?${asked(given)}`, {
        title: title(language, operation.name),
        answer: t(language, "show.answer"),
    });
    assert.ok(seen.stands, `there is an answer: ${JSON.stringify(seen).slice(0, 200)}`);
    assert.deepEqual(seen.alerts, []);
    assert.deepEqual(await unnamed(page), []);
}

test("Every operation that reads has its page with an answer, in both languages", async (world) => {
    const give = examples();
    const wrong = [];
    const visits = new Map();
    for (const operation of operations.filter((each) => each.reads)) {
        const given = give(operation);
        const where = await whereAnswered(world, operation, given);
        if (!where) {
            wrong.push(`${operation.name}: nobody was answered`);
            continue;
        }
        const key = `${where.record} ${where.account}`;
        visits.set(key, [...(visits.get(key) ?? []), { operation, given }]);
    }
    for (const [key, list] of visits) {
        const page = await world.person(...key.split(" "));
        for (const language of languages) {
            await switchTo(page, language);
            for (const { operation, given } of list)
                await answerStands(page, language, operation, given).catch((fault) =>
                    wrong.push(
                        `${language} ${operation.name} (${key}): ${String(fault.message).split("\n")[0]}`,
                    ),
                );
        }
        await page.context().close();
    }
    assert.deepEqual(wrong, []);
});

test("What nobody knows is said to be unknown, and what one may not is not offered", async (world) => {
    const page = await world.person("short", "K1-N1", { language: "en", at: "/do/no.such" });
    await page.getByText(t("en", "operations.unknown", { name: "no.such" })).waitFor();
    await go(page, "/do/lot.release");
    await page.getByText(t("en", "form.forbidden", { what: title("en", "lot.release") })).waitFor();
    await go(page, "/operations");
    await page.getByRole("heading", { level: 1, name: t("en", "operations.title") }).waitFor();
    assert.equal(
        await page.getByRole("link", { name: title("en", "lot.release"), exact: true }).count(),
        0,
    );
    assert.equal(
        await page.getByRole("link", { name: title("en", "patient.check"), exact: true }).count(),
        1,
    );
});
