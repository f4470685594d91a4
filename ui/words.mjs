// words.mjs: are all words there, in both languages, and what do they become for the pages?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sentencesOf } from "./sentences.mjs";

const here = new URL(".", import.meta.url);
export const languages = ["ja", "en"];

function read(name) {
    return readFileSync(new URL(name, here), "utf8");
}

// Lines of key, tab, text; a key that stands twice is a mistake.
function table(name, faults) {
    const words = new Map();
    for (const line of read(name).split("\n").filter(Boolean)) {
        const [key, text, ...more] = line.split("\t");
        if (!key || !text || more.length) faults.push(`${name}: not key, tab, text: ${line}`);
        else if (words.has(key) && words.get(key) !== text) faults.push(`${name}: twice: ${key}`);
        else words.set(key, text);
    }
    return words;
}

function compare(left, right, what, faults) {
    for (const key of left.keys()) if (!right.has(key)) faults.push(`${what}: missing: ${key}`);
}

const holes = (text) => (text.match(/\{\{\w+\}\}/g) ?? []).sort().join();

// The kinds of holes of a format, in any order.
const conversions = (format) =>
    [...format.matchAll(/%(?:\d+\$)?[-+ 0#]*\d*(?:\.[\d*]+)?((?:ll|l|z)?[a-z])|%%/g)]
        .map((each) => each[1] ?? "%")
        .sort()
        .join();

// What the API says of itself: names of members, words of enumerations, helps, operations.
export function said(api) {
    const found = { names: new Set(), choices: new Set(), helps: new Set(), operations: new Set() };
    const member = (name, schema) => {
        found.names.add(name);
        if (schema.description) found.helps.add(schema.description);
        for (const choice of schema.enum ?? []) found.choices.add(String(choice));
        walk(schema);
    };
    const walk = (schema) => {
        for (const [name, each] of Object.entries(schema?.properties ?? {})) member(name, each);
        if (schema?.items) walk(schema.items);
    };
    for (const path of Object.values(api.paths))
        for (const each of Object.values(path)) {
            if (!each["x-permission"]) continue;
            found.helps.add(each.summary);
            found.operations.add(each.operationId);
            for (const one of each.parameters ?? [])
                if (one.schema) member(one["x-member"] ?? one.name, one.schema);
            walk(each.requestBody?.content?.["application/json"]?.schema);
            for (const code of ["200", "201"])
                walk(each.responses?.[code]?.content?.["application/json"]?.schema);
        }
    return found;
}

// Everything the pages may show, by language; throws with all that is missing.
export function words(api, roles) {
    const faults = [];
    const found = said(api);
    const book = {};
    for (const language of languages) {
        const of = (name) => table(`words/${language}/${name}.tsv`, faults);
        book[language] = {
            page: of("page"),
            names: of("names"),
            choices: of("choices"),
            operations: of("operations"),
        };
        for (const kind of ["names", "choices", "operations"])
            for (const key of found[kind])
                if (!book[language][kind].has(key))
                    faults.push(`words/${language}/${kind}.tsv: missing: ${key}`);
        for (const name of found.operations)
            if (!book[language].page.has(`noun.${name.split(".")[0]}`))
                faults.push(`words/${language}/page.tsv: missing: noun.${name.split(".")[0]}`);
    }
    // Roles have their names where they are defined.
    for (const [code, en, ja] of roles
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split("\t"))) {
        book.en.choices.set(code, en);
        book.ja.choices.set(code, ja);
    }
    const told = table("words/ja/told.tsv", faults);
    for (const help of found.helps)
        if (!told.has(help)) faults.push(`words/ja/told.tsv: missing: ${help}`);
    compare(book.en.page, book.ja.page, "words/ja/page.tsv", faults);
    compare(book.ja.page, book.en.page, "words/en/page.tsv", faults);
    for (const [key, text] of book.en.page)
        if (book.ja.page.has(key) && holes(text) !== holes(book.ja.page.get(key)))
            faults.push(`words/ja/page.tsv: other holes than in English: ${key}`);
    const sentences = table("words/ja/sentences.tsv", faults);
    for (const [format, file] of sentencesOf(fileURLToPath(new URL("..", here))))
        if (!sentences.has(format))
            faults.push(`words/ja/sentences.tsv: missing, of ${file}: ${format}`);
    for (const [english, japanese] of sentences)
        if (conversions(english) !== conversions(japanese))
            faults.push(`words/ja/sentences.tsv: other holes than in English: ${english}`);
    if (faults.length) throw new Error(`${faults.length} words are wrong:\n${faults.join("\n")}`);
    return { book, told, sentences };
}
