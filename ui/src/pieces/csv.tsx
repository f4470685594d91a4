// csv.tsx: the rows of a read as a file for a spreadsheet, as the record writes them.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { IconDownload } from "./icons";
import { address, type Values } from "../record/ask";
import { useWords } from "../words/words";

export function Csv({ name, input = {} }: { name: string; input?: Values }) {
    const { t } = useWords();
    return (
        <Button
            component="a"
            href={address(name, { ...input, format: "csv" })}
            download
            variant="default"
            size="sm"
            leftSection={<IconDownload size={18} aria-hidden />}
        >
            {t("csv.save")}
        </Button>
    );
}
