// drafts.ts: what is typed into a form survives a lost connection, a reload and a sign-out.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { newKey, type Values } from "./ask";

export interface Draft {
    key: string; // sent with every attempt, so that it is recorded once
    values: Values;
}

const prefix = "draft:";

// Kept on this device for this tab alone: other people use the same browser.
function place(account: string, name: string, subject: string): string {
    return `${prefix}${account}:${name}:${subject}`;
}

export function openDraft(account: string, name: string, subject: string, given: Values): Draft {
    const text = sessionStorage.getItem(place(account, name, subject));
    if (text) {
        try {
            return JSON.parse(text) as Draft;
        } catch {
            sessionStorage.removeItem(place(account, name, subject));
        }
    }
    return { key: newKey(), values: given };
}

// Secrets and files are never kept: the caller hands over values without them.
export function keepDraft(account: string, name: string, subject: string, draft: Draft): void {
    try {
        sessionStorage.setItem(place(account, name, subject), JSON.stringify(draft));
    } catch {
        // Storage may be full or forbidden; the form itself still holds what was typed.
    }
}

export function dropDraft(account: string, name: string, subject: string): void {
    sessionStorage.removeItem(place(account, name, subject));
}
