// words.mjs: what stands on the screen, from the tables that the pages are made of.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./browser.mjs";

export const languages = ["ja", "en"];

function table(language, name) {
    const file = path.join(root, "ui", "words", language, `${name}.tsv`);
    if (!existsSync(file)) return new Map();
    return new Map(
        readFileSync(file, "utf8")
            .split("\n")
            .filter((line) => line.includes("\t"))
            .map((line) => line.split("\t")),
    );
}

const book = Object.fromEntries(
    languages.map((language) => [
        language,
        Object.fromEntries(
            ["page", "names", "choices", "operations"].map((name) => [name, table(language, name)]),
        ),
    ]),
);

function find(language, name, key) {
    const found = book[language][name].get(key);
    if (found === undefined) throw new Error(`ui/words/${language}/${name}.tsv has no ${key}.`);
    return found;
}

export function t(language, key, values = {}) {
    return find(language, "page", key).replace(/\{\{(\w+)\}\}/g, (_, name) =>
        String(values[name] ?? ""),
    );
}
export const label = (language, name) => find(language, "names", name);
export const choice = (language, word) => find(language, "choices", word);
export const title = (language, operation) => find(language, "operations", operation);

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// A field by its label; units and the sign of what is required stand behind the word.
export function field(place, language, name) {
    return place.getByLabel(new RegExp(`^${escaped(label(language, name))}( \\(.*\\))?\\s*\\*?$`));
}

// As a person fills a form: text is typed, a choice is chosen.
export async function fill(place, language, values) {
    for (const [name, value] of Object.entries(values)) {
        const at = field(place, language, name);
        if (await at.evaluate((each) => each.tagName === "SELECT")) await at.selectOption(value);
        else await at.fill(value);
    }
}

// The part of a page under a heading.
export function part(page, heading) {
    return page
        .locator("section")
        .filter({ has: page.getByRole("heading", { name: heading, exact: true }) })
        .last();
}
