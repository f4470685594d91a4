// scene_test.mjs: scenes of the story, played by its people: release, shipment, mock recall.
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import path from "node:path";
import { root } from "./browser.mjs";
import { keyboard, mouse } from "./hands.mjs";
import { test } from "./tests.mjs";
import { go, refused, settle } from "./world.mjs";
import { choice, field, t, title } from "./words.mjs";

export const ways = [
    { hand: mouse, how: "by mouse", language: "ja", width: 1440 },
    { hand: keyboard, how: "by keyboard and scanner", language: "en", width: 1024 },
];

async function sign(hand, form, language, account, send) {
    await hand.put(form.getByLabel(t(language, "sign.secret")), `demo-${account}-secret`);
    await hand.press(send);
}

for (const { hand: handOf, how, language, width } of ways) {
    test(`The lot is not the maker's to release, and an independent person releases it (${how})`, async (world) => {
        const record = `release.${language}`;
        const maker = await world.person(record, "OP2", { language, width, at: "/lots/L-25-001" });
        await maker.getByText(t(language, "lot.sign.others")).waitFor();
        assert.equal(
            await maker
                .getByRole("button", { name: title(language, "lot.release"), exact: true })
                .count(),
            0,
        );
        await go(maker, "/do/lot.release?lot=L-25-001");
        await maker
            .getByText(t(language, "form.forbidden", { what: title(language, "lot.release") }))
            .waitFor();

        const page = await world.person(record, "QA1", { language, width });
        page.expected = [refused];
        const hand = handOf(page);
        await settle(page);
        await hand.scan(page.getByRole("searchbox", { name: t(language, "seek") }), "L-25-001");
        await page.waitForURL(/\/lots\/L-25-001/);
        const open = page.getByRole("button", {
            name: title(language, "lot.release"),
            exact: true,
        });
        await hand.press(open);
        const form = page.getByRole("form", { name: title(language, "lot.release") });
        await form
            .getByText(
                t(language, "sign.meaning", {
                    name: "久世 静",
                    account: "QA1",
                    meaning: choice(language, "released"),
                }),
            )
            .waitFor();
        const send = form.locator("[type=submit]");
        await hand.put(form.getByLabel(t(language, "sign.secret")), "another secret");
        await hand.press(send);
        await form.locator("[aria-invalid=true]").waitFor();
        assert.equal(
            (await (await world.speaker(record, "QA1")).get("/api/lots/L-25-001")).said.row.status,
            "quarantine",
        );
        await sign(hand, form, language, "QA1", send);
        await page
            .getByRole("main")
            .getByText(choice(language, "released"), { exact: true })
            .first()
            .waitFor();
        await page
            .getByText("久世 静", { exact: false })
            .and(page.locator("#main *"))
            .first()
            .waitFor();
        assert.equal(
            (await (await world.speaker(record, "QA1")).get("/api/lots/L-25-001")).said.row.status,
            "released",
        );
    });

    test(`A shipment with an excursion is not accepted, waits, and its box is rejected (${how})`, async (world) => {
        const record = `shipment.${language}`;
        const clerk = await world.person(record, "K2-S1", {
            language,
            width,
            at: "/cold-chain/SH-0003",
        });
        clerk.expected = [refused];
        const hand = handOf(clerk);
        await clerk
            .locator("input[type=file]")
            .setInputFiles(path.join(root, "data", "story", "logger_SH-0002.csv"));
        const reading = clerk.getByRole("form", { name: title(language, "logger.import") });
        await hand.put(field(reading, language, "arrived_at"), "2025-08-26T08:30");
        await hand.press(reading.locator("[type=submit]"));
        await clerk
            .getByText(t(language, "cold.life_beyond", { minutes: "100", most: "60" }))
            .first()
            .waitFor();

        const receipt = clerk.getByRole("form", { name: title(language, "shipment.receive") });
        for (const [name, value] of Object.entries({
            seal_intact: "yes",
            appearance: "intact",
            coolant_left_g: "900",
            decision: "accept",
        }))
            await hand.put(field(receipt, language, name), value);
        await hand.press(receipt.locator("[type=submit]"));
        await receipt
            .getByRole("alert")
            .getByText(/CC-05\.receiver/)
            .first()
            .waitFor();
        await hand.put(field(receipt, language, "decision"), "quarantine");
        await hand.press(receipt.locator("[type=submit]"));
        await clerk.getByText(t(language, "cold.status_quarantine")).first().waitFor();

        const quality = await world.person(record, "QA1", {
            language,
            width,
            at: "/cold-chain/SH-0003",
        });
        const own = handOf(quality);
        const reject = quality.getByRole("radio", { name: t(language, "cold.reject") });
        await reject.waitFor();
        await own.choose(reject);
        await own.put(
            quality.getByRole("group", { name: /BX-03/ }).getByRole("textbox"),
            "100 > 60 min",
        );
        const form = quality.getByRole("form", { name: title(language, "shipment.decide") });
        await sign(own, form, language, "QA1", form.locator("[type=submit]"));
        await quality.getByText(t(language, "cold.box_rejected")).first().waitFor();
        const boxes = await (
            await world.speaker(record, "QA1")
        ).rows("/api/shipments/SH-0003/boxes");
        assert.deepEqual(
            boxes.map((each) => [each.code, each.decision]),
            [["BX-03", "rejected"]],
        );
    });

    test(`A mock recall finds every vial, closes its balance and keeps its time (${how})`, async (world) => {
        const record = `recall.${language}`;
        const page = await world.person(record, "RL1", { language, width, at: "/recalls" });
        const hand = handOf(page);
        await hand.press(page.getByRole("button", { name: t(language, "mock.begin") }));
        await page.getByRole("timer").waitFor();
        const form = page.getByRole("form", { name: title(language, "recall.rehearse") });
        await hand.put(field(form, language, "code"), "MR-0100");
        await hand.put(field(form, language, "lot"), "L-25-001");
        await hand.press(form.locator("[type=submit]"));
        const outcome = page.getByRole("status").filter({ hasText: t(language, "mock.kept") });
        await outcome.waitFor();
        assert.ok((await outcome.innerText()).includes("96"), "all vials are found");
        const rows = await (await world.speaker(record, "RL1")).rows("/api/rehearsals");
        const kept = rows.find((each) => each.code === "MR-0100");
        assert.ok(kept && kept.difference === 0 && Number(kept.minutes) < 10, JSON.stringify(kept));
        await page.getByRole("cell", { name: "MR-0100" }).waitFor();
    });
}
