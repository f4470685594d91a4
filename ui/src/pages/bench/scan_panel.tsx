// scan_panel.tsx: the field that waits for a scan, by wedge, camera or hand, and what was scanned.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useState, type RefObject } from "react";
import { IconBarcode, IconCamera } from "../../pieces/icons";
import { Mark, type Tone } from "../../pieces/verdict";
import { Section } from "../../pieces/section";
import { useWords } from "../../words/words";
import { Camera } from "./camera";
import type { Pair } from "./pair";
import classes from "./bench.module.css";

export interface Said {
    tone: Tone;
    text: string;
}

function asks(pair: Pair, wanted: number): string {
    if (!pair.patient && !pair.vials.length) return "bench.scan_any";
    if (!pair.patient) return "bench.scan_patient";
    if (!pair.vials.length) return "bench.scan_vial";
    return pair.vials.length < wanted ? "bench.scan_next" : "bench.scan_other";
}

export function ScanPanel({
    pair,
    wanted,
    said,
    found,
    clear,
    field,
}: {
    pair: Pair;
    wanted: number;
    said: Said | null;
    found: (code: string) => void;
    clear: () => void;
    field: RefObject<HTMLInputElement | null>;
}) {
    const { t } = useWords();
    const [code, setCode] = useState("");
    const [camera, setCamera] = useState(false);
    return (
        <Section
            title={t("bench.scan")}
            side={
                <Button
                    variant="default"
                    aria-expanded={camera}
                    leftSection={<IconCamera size={20} aria-hidden />}
                    onClick={() => setCamera(!camera)}
                >
                    {t(camera ? "bench.camera_close" : "bench.camera")}
                </Button>
            }
        >
            <form
                className={classes.scan}
                onSubmit={(event) => {
                    event.preventDefault();
                    if (!code.trim()) return;
                    found(code);
                    setCode("");
                }}
            >
                <IconBarcode size={28} aria-hidden />
                <input
                    ref={field}
                    data-scan
                    type="text"
                    value={code}
                    autoComplete="off"
                    autoCapitalize="characters"
                    spellCheck={false}
                    name="scan"
                    aria-label={t("bench.scan_field")}
                    aria-describedby="bench-asks"
                    onChange={(event) => setCode(event.currentTarget.value)}
                />
                <Button type="submit" variant="default">
                    {t("bench.enter")}
                </Button>
            </form>
            <p id="bench-asks" className={classes.asks}>
                {t(asks(pair, wanted), { count: pair.vials.length, wanted })}
            </p>
            {camera && <Camera found={found} />}
            <div role="status" className={classes.said}>
                {said && <Mark tone={said.tone}>{said.text}</Mark>}
            </div>
            {(pair.patient || pair.vials.length > 0) && (
                <Button variant="subtle" onClick={clear}>
                    {t("bench.clear")}
                </Button>
            )}
        </Section>
    );
}
