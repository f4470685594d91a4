// role.ts: a role as the record defines it, and which permissions there are.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { operations } from "../../record/catalogue";
import type { Language } from "../../words/words";

export interface Role {
    code: string;
    name: string;
    name_ja: string;
    permissions: string;
    apart?: string;
    basis?: string;
}

export interface Held {
    account: string;
    site: string;
    role: string;
    withdrawn: boolean;
}

export function nameOf(role: Role, language: Language): string {
    return language === "ja" ? role.name_ja : role.name;
}

export function mayOf(role: Role): string[] {
    return role.permissions.split(" ").filter(Boolean);
}

// Those that a role gives and those that an operation asks for: a permission that nobody holds shows too.
export function permissionsOf(roles: Role[]): string[] {
    return [
        ...new Set([
            ...roles.flatMap(mayOf),
            ...operations.map((each) => each.permission),
            ...operations.flatMap((each) => each.witness ?? []),
        ]),
    ].sort();
}
