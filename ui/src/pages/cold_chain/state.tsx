// state.tsx: what a shipment or a box waits for, in one sign and word.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Mark, type Tone } from "../../pieces/verdict";
import { useWords } from "../../words/words";
import type { Box, Shipment } from "./kinds";

// A decision is good or bad box by box; of the whole shipment it only says that somebody decided.
const tones: Record<string, Tone> = {
    in_transit: "plain",
    quarantine: "held",
    accepted: "good",
    decided: "plain",
    waiting: "held",
    rejected: "bad",
};

export function ShipmentState({ shipment, large }: { shipment: Shipment; large?: boolean }) {
    const { t } = useWords();
    const known = shipment.status in tones;
    return (
        <Mark tone={tones[shipment.status] ?? "unknown"} large={large}>
            {known ? t(`cold.status_${shipment.status}`) : shipment.status}
        </Mark>
    );
}

export function BoxState({ box }: { box: Box }) {
    const { t } = useWords();
    const word = box.decision ?? "";
    return (
        <Mark tone={tones[word] ?? "unknown"}>
            {t(word in tones ? `cold.box_${word}` : "cold.box_unknown")}
        </Mark>
    );
}
