// bench_test.mjs: at the bench, each reason against a dose once, and a dose that is given.
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { ways } from "./scene_test.mjs";
import { test } from "./tests.mjs";
import { refused } from "./world.mjs";
import { field, part, t } from "./words.mjs";

const bench = async (world, record, account, { language, width, hand: handOf }) => {
    const page = await world.person(record, account, { language, width, at: "/bench" });
    page.expected = [refused]; // a code that is neither a lot nor a patient is asked for and refused
    const at = page.getByRole("textbox", { name: t(language, "bench.scan_field") });
    await at.waitFor();
    const hand = handOf(page);
    return { page, hand, scan: (code) => hand.scan(at, code) };
};

const verdict = (page) => page.locator("[data-verdict]");
const known = (page, word) =>
    page.locator(`[data-verdict="${word}"][data-standing=known]`).waitFor();

// Vials of the story, each with a reason of its own; all are too early for this patient.
const wrong = [
    ["L-25-001-0026", ["AD-02.place", "AD-04.single", "CO-02.interval"]], // given already
    ["L-25-001-0046", ["AD-02.place"]], // stands at another clinic
    ["L-25-001-0066", ["AD-02.place", "CC-05.life"]], // too warm on its way, destroyed
    ["L-25-001-0080", ["AD-02.place"]], // kept as the reserve
    ["L-25-001-0027", ["CO-02.interval"]], // right in itself
];

for (const way of ways) {
    const { how, language } = way;
    test(`Every reason against a dose is shown, and nothing leads past it (${how})`, async (world) => {
        const { page, scan } = await bench(world, "bench", "K1-P1", way);
        const speaker = await world.speaker("bench", "K1-P1");
        assert.equal(
            await verdict(page).getAttribute("data-verdict"),
            "unknown",
            "nothing scanned is nothing known",
        );
        for (const [vial, reasons] of wrong) {
            await scan(vial);
            await page
                .getByText(t(language, "bench.said_taken_vial", { code: vial }))
                .or(page.getByText(vial, { exact: true }))
                .first()
                .waitFor();
            await scan("P-0001");
            await known(page, "not");
            await page.getByText(t(language, "bench.not"), { exact: true }).first().waitFor();
            const serial = Number(vial.slice(-4));
            const rows = await speaker.rows(
                `/api/doses/check?plan=PN-0001&lot=L-25-001&serial=${serial}`,
            );
            const said = rows.filter((each) => each.verdict !== "met").map((each) => each.rule);
            for (const reason of reasons)
                assert.ok(
                    said.some((each) => each.startsWith(reason)),
                    `${vial}: the record gives ${reason}`,
                );
            const region = part(page, t(language, "bench.verdict"));
            await region.getByRole("listitem").first().waitFor();
            const shown = await region.innerText();
            assert.deepEqual(
                said.filter((rule) => !shown.includes(rule)),
                [],
                `every reason is shown: ${shown}`,
            );
            assert.equal(
                await page
                    .getByRole("button", {
                        name: t(language, "bench.give_begins"),
                        disabled: false,
                    })
                    .count(),
                0,
                "no way to give it",
            );
            assert.equal(
                await page
                    .getByRole("button", {
                        name: t(language, "bench.thaw_begins"),
                        disabled: false,
                    })
                    .count(),
                0,
                "no way to thaw it",
            );
            await page.getByRole("button", { name: t(language, "bench.clear") }).click();
        }
        await scan("L-99-999-0001");
        await page.getByText(t(language, "bench.said_other", { code: "L-99-999-0001" })).waitFor();
        assert.equal(await verdict(page).getAttribute("data-verdict"), "unknown");
    });

    test(`A patient of another clinic is not known here, and a connection that is lost is no yes (${how})`, async (world) => {
        const { page, scan } = await bench(world, "bench", "K2-P1", way);
        await scan("P-0001");
        await page.getByText(t(language, "bench.said_other", { code: "P-0001" })).waitFor();
        await page.context().setOffline(true);
        page.expected.push(/net::ERR_/);
        await scan("L-25-001-0046");
        await page
            .getByText(t(language, "bench.said_fault", { code: "L-25-001-0046" }))
            .waitFor({ timeout: 20_000 });
        assert.equal(await verdict(page).getAttribute("data-verdict"), "unknown");
    });

    test(`A vial is thawed, prepared and given, signed by two (${how})`, async (world) => {
        const record = `given.${language}`;
        const { page, hand, scan } = await bench(world, record, "K1-P1", way);
        const button = (key) => page.getByRole("button", { name: t(language, key), exact: true });
        await scan("P-0001");
        await scan("L-25-001-0027");
        await hand.press(button("bench.thaw_begins"));
        await hand.press(button("bench.thaw_ends"));
        const thaw = page
            .getByRole("region", { name: t(language, "bench.step_thaw") })
            .getByRole("form");
        await hand.put(field(thaw, language, "method"), "dry_block");
        await hand.put(field(thaw, language, "position"), "1");
        await hand.press(thaw.locator("[type=submit]"));
        const prepare = page.getByRole("form", { name: t(language, "bench.step_prepare") });
        await hand.put(field(prepare, language, "made_to_specification"), "yes");
        await hand.press(button("bench.prepared"));
        await known(page, "given");
        await page.getByText(t(language, "bench.given"), { exact: true }).first().waitFor();
        await hand.press(button("bench.give_begins"));
        const give = page
            .getByRole("region", { name: t(language, "bench.step_give") })
            .getByRole("form");
        await hand.put(field(give, language, "volume_ul"), "1000");
        await hand.put(field(give, language, "waste_ul"), "50");
        await hand.put(give.getByLabel(t(language, "sign.secret")), "demo-K1-P1-secret");
        await hand.put(give.getByLabel(new RegExp(`^${t(language, "sign.account")}`)), "K1-N1");
        await hand.put(
            give.getByLabel(new RegExp(`^${t(language, "sign.secret_second")}`)),
            "demo-K1-N1-secret",
        );
        await hand.press(give.locator("[type=submit]"));
        await part(page, t(language, "bench.given_title")).getByRole("status").waitFor();
        const doses = await (
            await world.speaker(record, "K1-P1")
        ).rows("/api/patients/P-0001/doses");
        assert.equal(doses.length, 2, "it is recorded once");
        await scan("L-25-001-0027");
        await scan("P-0001");
        await known(page, "not");
    });
}
