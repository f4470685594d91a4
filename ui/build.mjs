// build.mjs: from ui/src and the words to build/ui/assets.S, which the program carries in itself.
// SPDX-License-Identifier: AGPL-3.0-or-later
//
//   node ui/build.mjs [--words]     with --words only says whether all words are there
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { catalogue, rules } from "./catalogue.mjs";
import { languages, words } from "./words.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = path.join(root, "build", "ui");
const files = path.join(out, "files");
const types = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
};
const read = (name) => readFileSync(path.join(root, name), "utf8");
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 10);

// Tables as modules: `import x from "told:catalogue"`.
function tables(book, api) {
    const { heads, bodies } = catalogue(api);
    const accounts = read("data/demo_accounts.tsv")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split("\t"))
        .map(([account, name, site, roles]) => ({ account, name, site, roles }));
    const sites = read("data/demo_sites.tsv")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split("\t"))
        .map(([code, name]) => ({ code, name }));
    const found = {
        heads,
        bodies,
        accounts: { accounts, sites },
        rules: rules(read("docs/rules.md")),
    };
    for (const language of languages)
        found[`words-${language}`] = Object.fromEntries(
            Object.entries(book.book[language]).map(([kind, map]) => [
                kind,
                Object.fromEntries(map),
            ]),
        );
    found.told = Object.fromEntries(book.told);
    found.sentences = [...book.sentences];
    return found;
}

function plugin(found) {
    return {
        name: "told",
        setup(build) {
            build.onResolve({ filter: /^told:/ }, (each) => ({
                path: each.path.slice("told:".length),
                namespace: "told",
            }));
            build.onLoad({ filter: /.*/, namespace: "told" }, (each) => {
                if (!(each.path in found)) throw new Error(`There is no table ${each.path}.`);
                return { contents: JSON.stringify(found[each.path]), loader: "json" };
            });
        },
    };
}

async function bundle(found) {
    const esbuild = await import("esbuild");
    const result = await esbuild.build({
        absWorkingDir: path.join(root, "ui"),
        entryPoints: { main: "src/main.tsx" },
        outdir: "/assets",
        write: false,
        bundle: true,
        splitting: true,
        format: "esm",
        target: "es2022",
        minify: true,
        metafile: true,
        legalComments: "none",
        jsx: "automatic",
        entryNames: "[name]-[hash]",
        chunkNames: "[name]-[hash]",
        assetNames: "[name]-[hash]",
        publicPath: "/assets",
        loader: { ".wasm": "file", ".svg": "file" },
        define: { "process.env.NODE_ENV": '"production"' },
        plugins: [plugin(found)],
        logLevel: "warning",
    });
    const built = result.outputFiles.map((each) => ({
        name: path.basename(each.path),
        bytes: Buffer.from(each.contents),
    }));
    return withOneStyle(built);
}

// Styles of pages that load later would be asked for by nobody: all go out as one, the base first.
function withOneStyle(built) {
    const styles = built
        .filter((each) => each.name.endsWith(".css"))
        .sort(
            (one, other) =>
                Number(other.name.startsWith("main-")) - Number(one.name.startsWith("main-")),
        );
    const bytes = Buffer.concat(styles.map((each) => each.bytes));
    return [
        ...built.filter((each) => !each.name.endsWith(".css")),
        { name: `main-${hash(bytes)}.css`, bytes },
    ];
}

// The page names its style, script and icon, which carry the hash of their bytes.
function page(built) {
    const icon = readFileSync(path.join(root, "ui", "icon.svg"));
    built.push({ name: `icon-${hash(icon)}.svg`, bytes: icon });
    const find = (start, end) => {
        const found = built.find((each) => each.name.startsWith(start) && each.name.endsWith(end));
        if (!found) throw new Error(`The build made no ${start}*${end}.`);
        return `/assets/${found.name}`;
    };
    return read("ui/index.html")
        .replace("{icon}", find("icon-", ".svg"))
        .replace("{style}", find("main-", ".css"))
        .replace("{script}", find("main-", ".js"));
}

// path, type, bytes, size; ends with an empty path. The first is the page.
function assembler(entries) {
    const rows = entries.map(
        (each, i) =>
            `path_${i}: .asciz "${each.path}"\ntype_${i}: .asciz "${each.type}"\n` +
            `bytes_${i}: .incbin "build/ui/files/${each.file}"\nend_${i}: .byte 0\n`,
    );
    const table = entries.map(
        (_, i) => `.quad path_${i}, type_${i}, bytes_${i}, end_${i} - bytes_${i}\n`,
    );
    return (
        `.section .rodata\n${rows.join("")}.section .data.rel.ro,"aw"\n.balign 8\n` +
        `.global asset_table\nasset_table:\n${table.join("")}.quad 0, 0, 0, 0\n` +
        `.section .note.GNU-stack,"",%progbits\n`
    );
}

function write(built) {
    rmSync(files, { recursive: true, force: true });
    mkdirSync(files, { recursive: true });
    const html = page(built);
    const entries = [{ path: "/", type: types[".html"], file: "index.html" }];
    writeFileSync(path.join(files, "index.html"), html);
    const sizes = {};
    for (const each of built) {
        const packed = gzipSync(each.bytes, { level: 9 });
        writeFileSync(path.join(files, `${each.name}.gz`), packed);
        sizes[each.name] = packed.length;
        entries.push({
            path: `/assets/${each.name}`,
            type: types[path.extname(each.name)],
            file: `${each.name}.gz`,
        });
    }
    writeFileSync(path.join(out, "sizes.json"), JSON.stringify(sizes, null, 4));
    writeFileSync(path.join(out, "assets.S"), assembler(entries));
}

try {
    const api = JSON.parse(read("docs/api.json"));
    const book = words(api, read("data/roles.tsv"));
    if (!process.argv.includes("--words")) write(await bundle(tables(book, api)));
} catch (fault) {
    console.error(`ui/build.mjs: ${fault.message}`);
    process.exit(1);
}
