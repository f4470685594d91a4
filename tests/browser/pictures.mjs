// pictures.mjs: four pages of the example record as pictures, for the README and for the eye.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdirSync } from "node:fs";
import path from "node:path";
import { settle } from "./world.mjs";
import { part, t } from "./words.mjs";

const LANGUAGE = "ja";
const size = { language: LANGUAGE, width: 1440, height: 900 };

const scenes = {
    today: { record: "short", account: "QM1", at: "/" },
    lot: { record: "story", account: "QA1", at: "/lots/L-25-001" },
    bench: { record: "bench", account: "K1-P1", at: "/bench?vial=L-25-001-0066&patient=P-0001" },
    recall: { record: "short", account: "RL1", at: "/recalls/RC-0001" },
};

export async function takePictures(world, folder) {
    mkdirSync(folder, { recursive: true });
    for (const [name, { record, account, at }] of Object.entries(scenes)) {
        const page = await world.person(record, account, { ...size, at });
        await settle(page);
        if (name === "bench")
            await part(page, t(LANGUAGE, "bench.verdict"))
                .locator("[data-standing=known]")
                .waitFor();
        await page.evaluate(() => {
            document.activeElement?.blur();
            window.scrollTo(0, 0);
        });
        await page.screenshot({ path: path.join(folder, `${name}.png`) });
        await world.leave();
    }
}
