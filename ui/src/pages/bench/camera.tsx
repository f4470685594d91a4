// camera.tsx: shows the camera, or takes a picture, and reads the codes in it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button, FileInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Mark } from "../../pieces/verdict";
import { useWords } from "../../words/words";
import classes from "./bench.module.css";

const LOOK_MS = 200;

async function codesIn(picture: HTMLVideoElement | ImageBitmap): Promise<string[]> {
    return (await import("./decode")).decode(picture);
}

function Live({ found, failed }: { found: (code: string) => void; failed: (why: string) => void }) {
    const { t } = useWords();
    const video = useRef<HTMLVideoElement>(null);
    const latest = useRef({ found, failed });
    latest.current = { found, failed };
    useEffect(() => {
        let stream: MediaStream | null = null;
        let ended = false;
        let before = "";
        async function look(): Promise<void> {
            if (ended) return;
            const shown = video.current;
            if (shown && shown.readyState >= 2) {
                const codes = await codesIn(shown);
                const code = codes.length === 1 ? codes[0] : ""; // of two nobody knows which is meant
                if (code && code !== before && !ended) latest.current.found((before = code));
            }
            if (!ended) setTimeout(() => void look().catch(failure), LOOK_MS);
        }
        function failure(fault: unknown): void {
            if (!ended) latest.current.failed(fault instanceof Error ? fault.name : String(fault));
        }
        async function open(): Promise<void> {
            stream = await navigator.mediaDevices.getUserMedia({
                video: { facingMode: "environment" },
                audio: false,
            });
            if (ended || !video.current) return stream.getTracks().forEach((each) => each.stop());
            video.current.srcObject = stream;
            await video.current.play();
            await look();
        }
        if (navigator.mediaDevices) void open().catch(failure);
        else failure(new Error("mediaDevices"));
        return () => {
            ended = true;
            stream?.getTracks().forEach((each) => each.stop());
        };
    }, []);
    return (
        <video
            ref={video}
            className={classes.video}
            muted
            playsInline
            aria-label={t("bench.camera_shows")}
        />
    );
}

export function Camera({ found }: { found: (code: string) => void }) {
    const { t } = useWords();
    const [live, setLive] = useState(true);
    const [told, setTold] = useState("");
    async function take(file: File | null): Promise<void> {
        if (!file) return;
        setTold("");
        try {
            const codes = await codesIn(await createImageBitmap(file));
            if (codes.length === 1) found(codes[0]!);
            else
                setTold(
                    t(codes.length ? "bench.picture_many" : "bench.picture_none", {
                        count: codes.length,
                    }),
                );
        } catch {
            setTold(t("bench.picture_bad"));
        }
    }
    return (
        <div className={classes.camera}>
            {live && (
                <Live
                    found={found}
                    failed={(why) => {
                        setLive(false);
                        setTold(
                            t(
                                why === "NotAllowedError"
                                    ? "bench.camera_refused"
                                    : "bench.camera_none",
                            ),
                        );
                    }}
                />
            )}
            {told && (
                <div role="alert">
                    <Mark tone="unknown">{told}</Mark>
                </div>
            )}
            {!live && (
                <Button
                    variant="default"
                    onClick={() => {
                        setTold("");
                        setLive(true);
                    }}
                >
                    {t("bench.camera_again")}
                </Button>
            )}
            <FileInput
                label={t("bench.picture")}
                placeholder={t("form.file")}
                accept="image/*"
                name="picture"
                onChange={(file) => void take(file)}
            />
        </div>
    );
}
