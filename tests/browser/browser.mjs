// browser.mjs: a real browser at a served record: who signs in, what was said on the console.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createRequire } from "node:module";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { once } from "node:events";
import { readFileSync } from "node:fs";

const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = require("playwright-core");
export const root = fileURLToPath(new URL("../..", import.meta.url));

// What Debian's Chromium would ask of the network by itself is switched off.
const flags = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

export async function openBrowser() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: flags,
    });
}

// Serves a record on a free port; ends with the returned function, and with this process.
export async function serve(program, record) {
    const server = spawn(program, ["serve", "--record", record, "--port", "0"], {
        stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    const address = await new Promise((resolve, reject) => {
        const look = (bytes) => {
            told += bytes;
            const found = /http:\/\/[0-9.]+:\d+/.exec(told);
            if (found) resolve(found[0]);
        };
        server.stdout.on("data", look);
        server.stderr.on("data", look);
        server.on("exit", () => reject(new Error(`The server ended: ${told}`)));
    });
    process.on("exit", () => server.kill());
    return {
        address,
        stop: async () => {
            server.removeAllListeners("exit");
            server.kill("SIGTERM");
            await once(server, "exit");
        },
    };
}

// A window of its own: cookies, language and size are those of one person.
export async function openPage(
    browser,
    address,
    { width = 1440, height = 900, language = "ja" } = {},
) {
    const context = await browser.newContext({
        baseURL: address,
        viewport: { width, height },
        locale: language === "ja" ? "ja-JP" : "en-GB",
        timezoneId: "Asia/Tokyo",
        reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.faults = [];
    page.on("console", (each) => {
        if (each.type() === "error" || each.type() === "warning")
            page.faults.push(`${each.text()} ${each.location().url}`);
    });
    page.on("pageerror", (fault) => page.faults.push(String(fault)));
    page.on("request", (each) => {
        if (!each.url().startsWith(address) && !/^(data|blob):/.test(each.url()))
            page.faults.push(`asked elsewhere: ${each.url()}`);
    });
    return page;
}

export async function signIn(page, account, site = "") {
    await page.goto("/");
    await page.locator("input[name=account]").fill(account);
    await page.locator("input[name=secret]").fill(`demo-${account}-secret`);
    if (site) await page.locator("input[name=site]").fill(site);
    await page.locator("form button[type=submit]").first().click();
    await page.locator("#main").waitFor();
}

// What axe-core finds against WCAG 2.2 AA, as lines; none is what is asked for.
export async function axe(page) {
    await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
    const found = await page.evaluate(() =>
        globalThis.axe.run(document, {
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        }),
    );
    return found.violations.flatMap((each) =>
        each.nodes.map(
            (node) =>
                `${each.id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1] ?? each.help}`,
        ),
    );
}
