// people.mjs: who of the example people may do what, and which words fit an address.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./browser.mjs";

function table(name) {
    const [head, ...lines] = readFileSync(path.join(root, "data", name), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split("\t"));
    return lines.map((cells) => Object.fromEntries(head.map((each, i) => [each, cells[i] ?? ""])));
}

const roles = new Map(table("roles.tsv").map((row) => [row.code, row.permissions.split(" ")]));
export const people = table("demo_accounts.tsv").map((row) => ({
    ...row,
    permissions: new Set([
        "TODAY_READ",
        ...row.roles.split(" ").flatMap((each) => roles.get(each) ?? []),
    ]),
}));

export const api = JSON.parse(readFileSync(path.join(root, "docs", "api.json"), "utf8"));
export const operations = Object.entries(api.paths).flatMap(([place, methods]) =>
    Object.values(methods)
        .filter((each) => each["x-permission"])
        .map((each) => ({
            name: each.operationId,
            place,
            permission: each["x-permission"],
            reads: each["x-effect"] === "reads",
            signature: each["x-signature"],
            witness: each["x-witness"],
            described: each,
        })),
);

// Few people who together may everything.
export function fewestPeople(wanted) {
    const left = new Set(wanted.map((each) => each.permission));
    const found = [];
    while (left.size) {
        const count = (each) => [...left].filter((one) => each.permissions.has(one)).length;
        const best = people.reduce((one, other) => (count(other) > count(one) ? other : one));
        if (!count(best)) throw new Error(`Nobody may ${[...left].join(", ")}.`);
        found.push({
            account: best.account,
            may: wanted.filter(
                (each) => left.has(each.permission) && best.permissions.has(each.permission),
            ),
        });
        for (const each of best.permissions) left.delete(each);
    }
    return found;
}

// The examples of tests/api, which every new read is given.
export function examples() {
    const script =
        "import json, sys; sys.path.insert(0, sys.argv[1]); import replies_test as r; " +
        "print(json.dumps([r.CODES, r.VALUES]))";
    const [codes, values] = JSON.parse(
        execFileSync("/usr/bin/python3", ["-c", script, path.join(root, "tests", "api")], {
            encoding: "utf8",
            env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
        }),
    );
    return (operation) => {
        const code = codes[operation.name] ?? codes[operation.name.split(".")[0]] ?? "";
        const given = {};
        for (const { name, in: at, required } of operation.described.parameters ?? [])
            if (at === "path" || (at === "query" && required)) {
                given[name] = decodeURIComponent(name === "code" ? code : (values[name] ?? ""));
                if (!given[name]) throw new Error(`No example for ${name} of ${operation.name}.`);
            }
        return given;
    };
}
