// sentences.mjs: which sentences can the server say? Read from the sources of the program.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

// Functions that put a sentence together, and which of their arguments are formats.
const speakers = { fail: [3], refuse: [4], findings_add: [3, 4] };
// Folders whose sentences are said at the command line alone.
const silent = new Set(["measure", "video"]);

function sources(root) {
    const src = path.join(root, "src");
    return readdirSync(src, { withFileTypes: true })
        .filter((each) => each.isDirectory() && !silent.has(each.name))
        .flatMap((folder) =>
            readdirSync(path.join(src, folder.name))
                .filter((name) => name.endsWith(".c"))
                .map((name) => path.join(src, folder.name, name)),
        );
}

// The text from an opening bracket on, cut at the commas of its own depth.
function argumentsAt(text, from) {
    const found = [""];
    let depth = 0;
    for (let i = from; i < text.length; i++) {
        const c = text[i];
        if (c === '"') {
            const end = /"(?:[^"\\]|\\.)*"/y;
            end.lastIndex = i;
            const literal = end.exec(text)?.[0] ?? '"';
            found[found.length - 1] += literal;
            i += literal.length - 1;
            continue;
        }
        if (c === "(") depth++;
        if (c === ")" && --depth === 0) return found.map((each) => each.trim());
        if (c === "," && depth === 1) found.push("");
        else if (!(c === "(" && depth === 1)) found[found.length - 1] += c;
    }
    return [];
}

// A format made of literals and of macros such as PRId64; anything else is no constant.
function literal(text) {
    if (!/^"(?:[^"\\]|\\.)*"(?:\s*(?:"(?:[^"\\]|\\.)*"|PRI\w+))*$/.test(text ?? "")) return null;
    return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|PRI(\w)\w+/g)]
        .map(([, words, letter]) => words ?? `l${letter}`)
        .join("")
        .replace(/\\"/g, '"')
        .replace(/\\\\/g, "\\")
        .replace(/\\n/g, "\n");
}

export function sentencesOf(root) {
    const found = new Map();
    for (const file of sources(root)) {
        const text = readFileSync(file, "utf8");
        for (const call of text.matchAll(/\b(fail|refuse|findings_add)\s*(?=\()/g)) {
            const given = argumentsAt(text, call.index + call[0].length);
            for (const place of speakers[call[1]]) {
                const format = literal(given[place]);
                if (
                    format &&
                    /[A-Za-z]{2}/.test(
                        format.replace(/%[-+ 0#]*\d*(?:\.[\d*]+)?(?:ll|l|z)?[a-z]/g, ""),
                    )
                )
                    found.set(format, path.relative(root, file));
            }
        }
    }
    return found;
}
