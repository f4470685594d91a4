// pages.mjs: how long until a page can be used, and how smoothly does a long list scroll?
// SPDX-License-Identifier: AGPL-3.0-or-later
//
//   node bench/pages.mjs PROGRAM RECORD LONG_RECORD LOADS
//
// Prints figures as JSON. A cold load is a new window with nothing kept; every other load is that of
// a plain page of as many bytes from a plain server of this process.
import { createServer } from "node:http";
import { randomBytes } from "node:crypto";
import { openBrowser, openPage, serve } from "../tests/browser/browser.mjs";
import { Speaker } from "../tests/browser/speaker.mjs";

const [program, record, long_record, loads_text] = process.argv.slice(2);
const loads = Number(loads_text);
const FAR = [0.5, 0.9, 0.1, 0.7, 0.3]; // of the whole list
const SCROLL_MS = 3000;

// Notes when something that fits the selector is first there and can be used.
function watchFor(selector) {
    const look = () => {
        const found = document.querySelector(selector);
        if (!found || !found.getClientRects().length || globalThis.usable_ms) return;
        requestAnimationFrame(() => (globalThis.usable_ms ??= performance.now()));
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

async function coldLoad(browser, address, place, selector, cookies) {
    const page = await openPage(browser, address, {});
    if (cookies) {
        await page.context().addCookies(cookies);
        await page.addInitScript(() => localStorage.setItem("signed_in", "1"));
    }
    const network = await page.context().newCDPSession(page);
    let bytes = 0;
    await network.send("Network.enable");
    network.on("Network.loadingFinished", (each) => (bytes += each.encodedDataLength));
    await page.addInitScript(watchFor, selector);
    await page.goto(place);
    const ms = await (
        await page.waitForFunction(() => globalThis.usable_ms, null, { polling: 10 })
    ).jsonValue();
    const until_usable = bytes;
    await page.context().close();
    return { ms, bytes: until_usable };
}

// A page with one script that only shows a field, padded with letters that no compression shortens.
async function plainServer(bytes) {
    const script = `document.body.innerHTML = "<input name=account>";//${randomBytes(bytes).toString("base64").slice(0, bytes)}`;
    const server = createServer((request, answer) => {
        if (request.url === "/plain.js")
            answer
                .writeHead(200, { "Content-Type": "text/javascript", "Cache-Control": "no-store" })
                .end(script);
        else
            answer
                .writeHead(200, { "Content-Type": "text/html" })
                .end('<!doctype html><body><script type="module" src="/plain.js"></script>');
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

// Somebody for whom something waits: the row that is waited for is there.
async function somebodyBusy(address) {
    for (const account of ["QA1", "K1-N1", "K1-P1", "QC1", "DC1", "K1-S1", "QM1"]) {
        const speaker = await Speaker.signIn(address, account);
        if ((await speaker.rows("/api/today")).length) return speaker.cookies;
    }
    throw new Error("Nothing waits for anybody in this record.");
}

async function firstPages(browser, figures) {
    const ours = await serve(program, record);
    const cookies = await somebodyBusy(ours.address);
    const field = "input[name=account]";
    const row = "#main li, #main tbody tr";
    const { bytes } = await coldLoad(browser, ours.address, "/", field);
    const plain = await plainServer(bytes);
    for (let i = 0; i < loads; i++) {
        const sign_in = await coldLoad(browser, ours.address, "/", field);
        figures.plain_ms.push((await coldLoad(browser, plain.address, "/", field)).ms);
        const today = await coldLoad(browser, ours.address, "/", row, cookies);
        figures.sign_in_ms.push(sign_in.ms);
        figures.today_ms.push(today.ms);
        figures.sign_in_bytes.push(sign_in.bytes);
        figures.today_bytes.push(today.bytes);
    }
    plain.stop();
    await ours.stop();
}

// Milliseconds from a jump to rows that stand there, read from the record.
function jump(share) {
    return new Promise((resolve) => {
        const scroller = [...document.querySelectorAll("#main [role=group]")].find((each) =>
            each.querySelector("[aria-rowindex]"),
        );
        const began = performance.now();
        scroller.scrollTop = share * scroller.scrollHeight;
        const look = () => {
            const box = scroller.getBoundingClientRect();
            const rows = [...scroller.querySelectorAll("tbody tr[data-index]")].filter((each) => {
                const at = each.getBoundingClientRect();
                return (
                    at.bottom > box.top + 60 &&
                    at.top < box.bottom &&
                    /L-X\d/.test(each.textContent)
                );
            });
            if (rows.length >= 5) resolve(performance.now() - began);
            else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    });
}

// The longest time between two frames while the list moves under the hand.
function scroll(lasting_ms) {
    return new Promise((resolve) => {
        const scroller = [...document.querySelectorAll("#main [role=group]")].find((each) =>
            each.querySelector("[aria-rowindex]"),
        );
        scroller.scrollTop = 0;
        const frames = [];
        const began = performance.now();
        let before = began;
        const frame = (now) => {
            frames.push(now - before);
            before = now;
            scroller.scrollTop += 120;
            if (now - began < lasting_ms) requestAnimationFrame(frame);
            else resolve(frames.slice(1));
        };
        requestAnimationFrame(frame);
    });
}

async function longList(browser, figures) {
    const ours = await serve(program, long_record);
    const page = await openPage(browser, ours.address, {});
    await page.context().addCookies((await Speaker.signIn(ours.address, "QA1")).cookies);
    await page.addInitScript(() => localStorage.setItem("signed_in", "1"));
    await page.goto("/show/lot.list");
    await page.locator("#main tbody tr[data-index]").first().waitFor({ timeout: 60_000 });
    figures.rows = Number(await page.locator("#main table").getAttribute("aria-rowcount")) - 1;
    for (const share of FAR) figures.jump_ms.push(await page.evaluate(jump, share));
    const frames = await page.evaluate(scroll, SCROLL_MS);
    figures.longest_frame_ms.push(Math.max(...frames));
    figures.frame_ms = frames.sort((one, other) => one - other)[Math.floor(frames.length / 2)];
    await page.context().close();
    await ours.stop();
}

const figures = {
    sign_in_ms: [],
    today_ms: [],
    plain_ms: [],
    sign_in_bytes: [],
    today_bytes: [],
    jump_ms: [],
    longest_frame_ms: [],
};
const browser = await openBrowser();
try {
    await firstPages(browser, figures);
    await longList(browser, figures);
} finally {
    await browser.close();
}
console.log(JSON.stringify(figures));
process.exit(0);
