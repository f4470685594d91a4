// speaker.mjs: somebody who asks the record itself: what does it hold, beside what a page shows of it?
// SPDX-License-Identifier: AGPL-3.0-or-later
export class Speaker {
    static async signIn(address, account) {
        const speaker = new Speaker();
        const answer = await fetch(`${address}/api/session`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ account, secret: `demo-${account}-secret` }),
        });
        if (!answer.ok) throw new Error(`${account} cannot sign in: ${await answer.text()}`);
        speaker.address = address;
        speaker.session = await answer.json();
        speaker.cookie = answer.headers.get("set-cookie").split(";")[0];
        return speaker;
    }

    // As a browser keeps it.
    get cookies() {
        const [name, value] = this.cookie.split("=");
        return [{ name, value, url: this.address, httpOnly: true, sameSite: "Strict" }];
    }

    async get(place) {
        const answer = await fetch(this.address + place, { headers: { Cookie: this.cookie } });
        return {
            status: answer.status,
            said: answer.headers.get("content-type")?.includes("json") ? await answer.json() : null,
        };
    }

    async rows(place) {
        const { status, said } = await this.get(place);
        if (status !== 200) throw new Error(`${place} answered ${status}: ${JSON.stringify(said)}`);
        return said.rows;
    }
}
