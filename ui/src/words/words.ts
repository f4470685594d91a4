// words.ts: every word on the screen, in the reader's language.
// SPDX-License-Identifier: AGPL-3.0-or-later
import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { translate, useSentences } from "./sentences";

export type Language = "ja" | "en";
export interface Book {
    page: Record<string, string>;
    names: Record<string, string>;
    choices: Record<string, string>;
    operations: Record<string, string>;
}

let book: Book | null = null;
let told: Record<string, string> = {};
let version = 0;
const listeners = new Set<() => void>();

function changed(): void {
    version++;
    listeners.forEach((each) => each());
}

export function language(): Language {
    return i18next.language === "en" ? "en" : "ja";
}

// Japanese first; who reads English in the browser or chose it here reads English.
export function preferred(): Language {
    const chosen = localStorage.getItem("language");
    if (chosen === "ja" || chosen === "en") return chosen;
    return navigator.language.toLowerCase().startsWith("ja")
        ? "ja"
        : navigator.languages.some((each) => each.toLowerCase().startsWith("ja"))
          ? "ja"
          : "en";
}

// Helps and sentences of the record are English in it. Japanese ones come when the first is shown,
// or beforehand where somebody is about to read them: they are a third of all bytes.
let helps: Promise<void> | null = null;
function loadHelps(): Promise<void> {
    helps ??= import("told:told").then(
        (found) => {
            told = found.default;
            changed();
        },
        () => void (helps = null),
    ); // what got lost is asked for again
    return helps;
}

let sentences: Promise<void> | null = null;
function loadSentences(): Promise<void> {
    sentences ??= import("told:sentences").then(
        (found) => {
            useSentences(found.default, (word) => book?.choices[word]);
            changed();
        },
        () => void (sentences = null),
    );
    return sentences;
}

// Beforehand, for somebody who is about to read them; helps come when nothing else is waited for.
const LATER_MS = 3000;
export function expectSentences(): (() => void) | undefined {
    if (language() !== "ja") return undefined;
    void loadSentences();
    const timer = setTimeout(() => void loadHelps(), LATER_MS);
    return () => clearTimeout(timer);
}

function help(english: string): string {
    if (language() !== "ja") return english;
    void loadHelps();
    return told[english] ?? english;
}

function inJapanese(english: string): string {
    if (language() !== "ja") return english;
    void loadSentences();
    return translate(english);
}

export async function speak(to: Language): Promise<void> {
    book = (to === "ja" ? await import("told:words-ja") : await import("told:words-en")).default;
    if (!i18next.isInitialized)
        await i18next.init({
            lng: to,
            showSupportNotice: false,
            resources: {},
            interpolation: { escapeValue: false },
            keySeparator: false,
            nsSeparator: false,
            fallbackLng: false,
        });
    i18next.addResourceBundle(to, "translation", book.page, true, true);
    await i18next.changeLanguage(to);
    document.documentElement.lang = to;
    changed();
}

export async function choose(to: Language): Promise<void> {
    localStorage.setItem("language", to);
    await speak(to);
}

// Components that show words call this once, so that they follow a change of language.
export function useWords(): Words {
    useSyncExternalStore(
        (listener) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
        () => version,
    );
    return words;
}

function humanized(word: string): string {
    const text = word.replace(/[._]/g, " ");
    return text.charAt(0).toUpperCase() + text.slice(1);
}

// Words of the record that are no enumeration of the API.
function recorded(word: string): string {
    const japanese = inJapanese(word);
    return japanese !== word ? japanese : /^[a-z][a-z0-9_.]*$/.test(word) ? humanized(word) : word;
}

// The record's sentences name words and members as the API does; a reader knows them by their names.
function coded(text: string): string {
    return text.replace(/\b[a-z]+[0-9]*(?:_[a-z0-9]+)+\b/g, (word) => {
        const member = book?.names[word];
        const quoted = member && i18next.t("quoted", { what: member });
        return book?.choices[word] ?? quoted ?? word;
    });
}

export interface Words {
    t: (key: string, values?: Record<string, string | number>) => string;
    label: (name: string) => string; // of a member
    choice: (word: string) => string; // of an enumeration
    meant: (shown: string) => string[]; // the words of the record that are shown so
    isChoice: (word: string) => boolean; // whether a table knows it as one
    title: (operation: string) => string;
    told: (english: string) => string; // a help or a summary
    sentence: (english: string) => string; // what the server said
    language: Language;
}

// Words that a record holds and no table knows are shown as they are recorded.
export const words: Words = {
    t: (key, values) => i18next.t(key, values),
    label: (name) => book?.names[name] ?? humanized(name),
    choice: (word) => book?.choices[word] ?? recorded(word),
    meant: (shown) =>
        Object.entries(book?.choices ?? {})
            .filter(([, text]) => text.toLowerCase() === shown.toLowerCase())
            .map(([word]) => word),
    isChoice: (word) => book?.choices[word] !== undefined,
    title: (operation) => book?.operations[operation] ?? humanized(operation),
    told: help,
    sentence: (english) => coded(inJapanese(english)),
    get language() {
        return language();
    },
};
