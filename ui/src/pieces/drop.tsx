// drop.tsx: a place for a file: dropped, or chosen by keyboard; how far it is read is shown.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useId, useRef, useState } from "react";
import { useWords } from "../words/words";
import { whole } from "../words/show";
import { IconFileUpload } from "./icons";
import { Mark } from "./verdict";
import classes from "./drop.module.css";

export interface Dropped {
    name: string;
    bytes: Uint8Array;
    number: number; // of the files that were given here, so that a second one is another
}

// The record takes bodies up to 16 MiB, and base64 makes four bytes of three.
const MOST_BYTES = 11 * 1024 * 1024;

function load(file: File, progress: (share: number) => void): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
        reader.onload = () => resolve(new Uint8Array(reader.result as ArrayBuffer));
        reader.onerror = () => reject(reader.error);
        reader.readAsArrayBuffer(file);
    });
}

// As the record takes files; the whole file, so that its hash is that of the original.
export function fileValue(file: Dropped): { name: string; base64: string } {
    let text = "";
    for (let at = 0; at < file.bytes.length; at += 0x8000)
        text += String.fromCharCode(...file.bytes.subarray(at, at + 0x8000));
    return { name: file.name, base64: btoa(text) };
}

export function textOf(file: Dropped): string {
    return new TextDecoder("utf-8").decode(file.bytes);
}

export function Drop({
    label,
    help,
    accept,
    given,
    children,
}: {
    label: string;
    help: string;
    accept: string;
    given: (file: Dropped) => void;
    children?: React.ReactNode;
}) {
    const { t } = useWords();
    const id = useId();
    const input = useRef<HTMLInputElement>(null);
    const count = useRef(0);
    const [over, setOver] = useState(false);
    const [reading, setReading] = useState<{ name: string; share: number } | null>(null);
    const [wrong, setWrong] = useState("");

    async function take(files: FileList | null) {
        const file = files?.[0];
        setWrong("");
        if (!file) return;
        if (files.length > 1) return setWrong(t("drop.one"));
        if (!file.size) return setWrong(t("drop.empty", { name: file.name }));
        if (file.size > MOST_BYTES)
            return setWrong(
                t("drop.large", { name: file.name, size: whole(Math.ceil(file.size / 1e6)) }),
            );
        setReading({ name: file.name, share: 0 });
        try {
            const bytes = await load(file, (share) => setReading({ name: file.name, share }));
            given({ name: file.name, bytes, number: ++count.current });
        } catch {
            setWrong(t("drop.unread", { name: file.name }));
        } finally {
            setReading(null);
        }
    }

    return (
        <div
            className={`${classes.drop} ${over ? classes.over : ""}`}
            role="group"
            aria-labelledby={`${id}l`}
            aria-describedby={`${id}h`}
            onDragOver={(event) => {
                event.preventDefault();
                setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
                event.preventDefault();
                setOver(false);
                void take(event.dataTransfer.files);
            }}
        >
            <p id={`${id}l`} className={classes.label}>
                <IconFileUpload size={28} stroke={1.75} aria-hidden /> {label}
            </p>
            <p id={`${id}h`} className={classes.help}>
                {help}
            </p>
            <input
                ref={input}
                type="file"
                accept={accept}
                className={classes.input}
                tabIndex={-1}
                aria-hidden
                onChange={(event) => {
                    void take(event.currentTarget.files);
                    event.currentTarget.value = ""; // the same file may be given again once it was corrected
                }}
            />
            <Button variant="default" onClick={() => input.current?.click()}>
                {t("drop.choose")}
            </Button>
            <div role="status">
                {reading && (
                    <p>
                        {t("drop.reading", { name: reading.name })}{" "}
                        <progress
                            max={1}
                            value={reading.share}
                            aria-label={t("drop.reading", { name: reading.name })}
                        />
                    </p>
                )}
            </div>
            {wrong && (
                <div role="alert">
                    <Mark tone="bad">{wrong}</Mark>
                </div>
            )}
            {children}
        </div>
    );
}
