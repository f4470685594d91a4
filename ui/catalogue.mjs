// catalogue.mjs: docs/api.json, made small: what each operation asks for and answers.
// SPDX-License-Identifier: AGPL-3.0-or-later

const REAL = "^-?[0-9]";
const CODE = "^[A-Za-z0-9]";
// What every record asks for beside its own input, and what every answer carries.
const ENVELOPE = new Set(["reason", "occurred_at", "signature", "witness"]);
const AROUND = new Set(["demo", "position", "count"]);

function kindOf(schema) {
    if (
        schema.properties?.base64 ||
        (schema.properties?.sha256 &&
            schema.properties?.name &&
            Object.keys(schema.properties).length === 2)
    )
        return "file";
    if (schema.type === "array") return "list";
    if (schema.type === "object") return "record";
    if (schema.type === "boolean") return "flag";
    if (schema.type === "integer") return "integer";
    if (schema.pattern?.startsWith(REAL)) return "real";
    if (schema.format === "date-time") return "instant";
    if (schema.format === "date") return "date";
    return "text";
}

// One member. Left out is what is usual: no range, no choices, not required.
function field(name, schema, required) {
    const kind = kindOf(schema);
    const of = kind === "list" ? schema.items : kind === "record" ? schema : undefined;
    const out = { name, kind };
    const put = (key, value) => value !== undefined && value !== false && (out[key] = value);
    put("help", schema.description);
    put("unit", schema["x-unit"]);
    put("choices", schema.enum);
    put("low", schema.minimum ?? schema["x-low"]);
    put("high", schema.maximum ?? schema["x-high"]);
    put("longest", schema.maxLength ?? schema.maxItems);
    put("required", required);
    put("personal", schema["x-personal"] === true);
    put("secret", schema.format === "password");
    put("code", schema.pattern?.startsWith(CODE) === true);
    if (of) put("of", fields(of));
    return out;
}

function fields(schema, left = new Set()) {
    return Object.entries(schema?.properties ?? {})
        .filter(([name]) => !left.has(name))
        .map(([name, each]) => field(name, each, (schema.required ?? []).includes(name)));
}

const json = (content) => content?.content?.["application/json"]?.schema;

// Operations that share an address may each call what stands in it by a name of their own.
const memberOf = (one) => one["x-member"] ?? one.name;

function operation(address, method, each) {
    const given = (each.parameters ?? []).filter((one) => one.schema && one.in !== "header");
    const path = given
        .filter((one) => one.in === "path")
        .reduce((text, one) => text.replace(`{${one.name}}`, `{${memberOf(one)}}`), address);
    const body = json(each.requestBody);
    const answer = json(each.responses?.["200"]) ?? json(each.responses?.["201"]);
    const members = answer?.properties ?? {};
    const reads = each["x-effect"] === "reads";
    const always = answer?.required ?? [];
    const shape = members.rows ? (always.includes("count") ? "stream" : "list") : "record";
    const output = !reads ? members.body : members.rows ? members.rows.items : members.row;
    return {
        head: {
            name: each.operationId,
            method: method.toUpperCase(),
            path,
            help: each.summary,
            permission: each["x-permission"],
            reads,
            shape,
            ...(each["x-signature"] ? { signature: each["x-signature"] } : {}),
            ...(each["x-witness"] ? { witness: each["x-witness"] } : {}),
        },
        body: {
            input: [
                ...given.map((one) => ({
                    ...field(memberOf(one), one.schema, one.required === true),
                    in: one.in,
                })),
                ...fields(body, reads ? new Set() : ENVELOPE),
            ],
            // Some operations ask for the reason always.
            reason: (body?.required ?? []).includes("reason"),
            output: fields(output, reads ? AROUND : new Set()),
        },
    };
}

// Heads are needed at once; members only when a form or a list is opened.
export function catalogue(api) {
    const heads = [];
    const bodies = {};
    for (const [path, methods] of Object.entries(api.paths))
        for (const [method, each] of Object.entries(methods)) {
            if (!each["x-permission"]) continue;
            const { head, body } = operation(path, method, each);
            heads.push(head);
            bodies[head.name] = body;
        }
    return { heads, bodies };
}

// The rule book, from its table: id, question, question in Japanese, basis.
export function rules(book) {
    const found = {};
    for (const line of book.split("\n")) {
        const cells = line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim());
        const id = /^`(.+)`$/.exec(cells[0] ?? "")?.[1];
        if (id) found[id] = { en: cells[1], ja: cells[2], basis: cells[3] };
    }
    return found;
}
