// run.mjs: does what a browser shows hold, from the first screen to the close of a recall?
// SPDX-License-Identifier: AGPL-3.0-or-later
//
//   node tests/browser/run.mjs PROGRAM FOLDER [--only WORDS] [--pictures FOLDER]
//
// FOLDER is emptied; the records of the tests are made in it.
import path from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "./browser.mjs";
import { Records } from "./records.mjs";
import { runTests } from "./tests.mjs";
import { takePictures } from "./pictures.mjs";
import { World, pictures } from "./world.mjs";
import "./frame_test.mjs";
import "./form_test.mjs";
import "./lost_test.mjs";
import "./operation_test.mjs";
import "./page_test.mjs";
import "./today_test.mjs";
import "./scene_test.mjs";
import "./bench_test.mjs";

const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
        only: { type: "string", default: "" },
        pictures: { type: "string" },
    },
});
const [program, folder] = positionals;
if (!program || !folder) {
    console.error(
        "usage: node tests/browser/run.mjs PROGRAM FOLDER [--only WORDS] [--pictures FOLDER]",
    );
    process.exit(2);
}
process.setMaxListeners(100); // each served record ends with this process
const records = new Records(program, path.join(folder, "browser"));
const browser = await openBrowser();
let held = false;
try {
    const world = new World(browser, records);
    held = await runTests(world, values.only);
    if (!values.only || values.pictures) await takePictures(world, values.pictures ?? pictures);
} finally {
    await browser.close();
    await records.stop();
}
process.exit(held ? 0 : 1);
