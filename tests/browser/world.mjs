// world.mjs: what a test needs: people at windows on a record, and whatever went wrong there.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdirSync } from "node:fs";
import path from "node:path";
import { openPage, root } from "./browser.mjs";
import { Speaker } from "./speaker.mjs";

const PATIENCE_MS = 15_000;
export const pictures = path.join(root, "build", "browser");

export class World {
    #pages = [];
    #speakers = new Map();

    constructor(browser, records) {
        this.browser = browser;
        this.records = records;
    }

    // A window where nobody is signed in.
    async stranger(record, settings = {}) {
        const page = await openPage(this.browser, await this.records.address(record), settings);
        this.#pages.push(page);
        page.expected = [];
        page.setDefaultTimeout(PATIENCE_MS);
        page.asking = new Set();
        page.on("request", (each) => page.asking.add(each));
        for (const end of ["requestfinished", "requestfailed"])
            page.on(end, (each) => page.asking.delete(each));
        return page;
    }

    async speaker(record, account) {
        const address = await this.records.address(record);
        const name = `${address} ${account}`;
        if (!this.#speakers.has(name))
            this.#speakers.set(name, await Speaker.signIn(address, account));
        return this.#speakers.get(name);
    }

    // A window of somebody who is signed in already.
    async person(record, account, settings = {}) {
        const page = await this.stranger(record, settings);
        await page.context().addCookies((await this.speaker(record, account)).cookies);
        await page.addInitScript(() => localStorage.setItem("signed_in", "1"));
        await page.goto(settings.at ?? "/");
        await page.locator("#main").waitFor();
        return page;
    }

    // Faults that a test expects are named in page.expected; a refusal is one to the browser.
    faults() {
        return this.#pages.flatMap((page) =>
            page.faults.filter((fault) => !page.expected.some((each) => each.test(fault))),
        );
    }

    async leave() {
        for (const page of this.#pages) await page.context().close();
        this.#pages = [];
    }

    async photograph(sentence) {
        mkdirSync(pictures, { recursive: true });
        for (const [i, page] of this.#pages.entries())
            await page
                .screenshot({
                    path: path.join(
                        pictures,
                        `failed_${sentence.replace(/[^A-Za-z0-9]+/g, "_").slice(0, 60)}_${i}.png`,
                    ),
                })
                .catch(() => {});
    }
}

export const refused = /status of 4\d\d/;
export const lost = /net::ERR_/;

// To another page without loading everything anew, as a link does.
export async function go(page, address) {
    await page.evaluate((to) => history.pushState(null, "", to), address);
}

// A page is there when it says what it is and nothing is being asked for a moment.
const QUIET_MS = 150;
export async function settle(page) {
    await page.locator("#main h1").first().waitFor();
    for (let quiet = Date.now(); Date.now() - quiet < QUIET_MS;) {
        await page.waitForTimeout(30);
        if (page.asking.size) quiet = Date.now();
    }
}
