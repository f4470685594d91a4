// records.mjs: records as far into a story as a test needs them, made and served when asked for.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, serve } from "./browser.mjs";

const short = path.join(root, "tests", "story", "short.txt");
const exchanges = (...names) =>
    names.map((name) => path.join(root, "tests", "exchanges", `${name}.txt`));
const FEVER = "# A fever";

// Beginning, and where the story is left: the case that is not told any more.
const stories = {
    short: { files: [short] },
    story: {
        files: readdirSync(path.join(root, "data", "story"))
            .filter((each) => each.endsWith(".txt"))
            .sort()
            .map((each) => path.join(root, "data", "story", each)),
    },
    bedside: { files: [short, ...exchanges("bedside", "cells", "quality")], until: FEVER },
    deviations: { files: [short, ...exchanges("deviations", "studies")], until: FEVER },
    surroundings: { files: [short, ...exchanges("surroundings")], until: FEVER },
    measurements: { files: [short, ...exchanges("measurements")], until: FEVER },
    donors: { files: [short], until: "# A second donor, whose" },
    release: { files: [short], until: "# The operator who made the lot may not" },
    shipment: {
        files: [short],
        until: "# The probe beside them was out",
        then: [
            "# They are not accepted before their logger is read; the clock stands at their arrival.",
            "at     2025-08-26T09:00:00+09:00",
            "as     K2-S1",
            'POST   /shipments/SH-0003/receipt {"arrived_at": "2025-08-26T08:30:00+09:00", "seal_intact": true, ' +
                '"appearance": "intact", "coolant_left_g": 900, "decision": "accept"}',
            "409    {}",
            "",
        ],
    },
    bench: { files: [short], until: "# A second session three weeks later" },
    given: { files: [short], until: "# The thaw." },
    recall: { files: [short], until: "# How long would a recall take?" },
};

// The story up to a case of it, as a file of its own; it names no files that lie beside it.
function cutAt(file, { until, then = [] }, to) {
    const text = readFileSync(file, "utf8");
    const cut = text.indexOf(`\n${until}`);
    if (cut < 0) throw new Error(`${file} has no case "${until}".`);
    writeFileSync(to, text.slice(0, cut + 1) + then.join("\n"));
    return to;
}

export class Records {
    #served = new Map();

    constructor(program, folder) {
        this.program = path.resolve(program);
        this.folder = path.resolve(folder);
        process.env.EXOLEDGER_DATA ??= path.join(root, "data");
        rmSync(this.folder, { recursive: true, force: true });
        mkdirSync(this.folder, { recursive: true });
    }

    run(...words) {
        return execFileSync(this.program, words, {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "pipe"],
        });
    }

    // The same name is the same record; a copy has a name of its own: release, release.keyboard.
    async address(name) {
        if (!this.#served.has(name)) this.#served.set(name, await this.#begin(name));
        return this.#served.get(name).address;
    }

    async #begin(name) {
        const told = stories[name.split(".")[0]];
        const record = path.join(this.folder, name);
        this.run("init", "--demo", "--record", record);
        for (const file of told.files)
            this.run(
                "story",
                "--record",
                record,
                "--file",
                told.until && file === short ? cutAt(file, told, `${record}.txt`) : file,
            );
        return serve(this.program, record);
    }

    // What a record says afterwards about itself.
    async verify(name) {
        await this.#served.get(name)?.stop();
        this.#served.delete(name);
        return this.run("verify", "--record", path.join(this.folder, name));
    }

    async stop() {
        for (const each of this.#served.values()) await each.stop();
        this.#served.clear();
    }
}
