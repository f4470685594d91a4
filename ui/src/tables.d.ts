// tables.d.ts: what the modules that the build makes hold.
// SPDX-License-Identifier: AGPL-3.0-or-later
declare module "told:heads" {
    const heads: import("./record/catalogue").Operation[];
    export default heads;
}
declare module "told:bodies" {
    const bodies: Record<string, import("./record/catalogue").Members>;
    export default bodies;
}
declare module "told:accounts" {
    const book: {
        accounts: { account: string; name: string; site: string; roles: string }[];
        sites: { code: string; name: string }[];
    };
    export default book;
}
declare module "told:rules" {
    const rules: Record<string, { en: string; ja: string; basis: string }>;
    export default rules;
}
declare module "told:words-ja" {
    const words: import("./words/words").Book;
    export default words;
}
declare module "told:words-en" {
    const words: import("./words/words").Book;
    export default words;
}
declare module "told:told" {
    const told: Record<string, string>;
    export default told;
}
declare module "told:sentences" {
    const sentences: [string, string][];
    export default sentences;
}
declare module "*.module.css" {
    const classes: Record<string, string>;
    export default classes;
}
declare module "*.css";
declare module "*.wasm" {
    const address: string;
    export default address;
}
declare module "@tabler/icons-react/dist/esm/icons/*" {
    const icon: import("react").FunctionComponent<{
        size?: number;
        stroke?: number;
        className?: string;
        "aria-hidden"?: boolean;
    }>;
    export default icon;
}
