// tests.mjs: the list of tests, each a sentence, and what became of them.
// SPDX-License-Identifier: AGPL-3.0-or-later
const tests = [];

export function test(sentence, run) {
    tests.push({ sentence, run });
}

// Every test is run to its end, whatever the others did; a fault on a console fails the test too.
export async function runTests(world, only) {
    let passed = 0;
    let failed = 0;
    for (const { sentence, run } of tests.filter((each) => each.sentence.includes(only))) {
        const began = Date.now();
        let fault = "";
        try {
            await run(world);
            fault = world.faults().join("\n");
        } catch (each) {
            fault = String(each instanceof Error ? (each.stack ?? each.message) : each);
            await world.photograph(sentence);
        }
        await world.leave();
        if (fault) failed++;
        else passed++;
        console.log(
            `${fault ? "failed" : "ok"} ${sentence} (${((Date.now() - began) / 1000).toFixed(1)} s)`,
        );
        if (fault)
            console.log(
                fault
                    .split("\n")
                    .slice(0, 40)
                    .map((line) => `    ${line}`)
                    .join("\n"),
            );
    }
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0;
}
