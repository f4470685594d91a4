// main.tsx: begins the pages: language, styles, the questions' memory, the frame.
// SPDX-License-Identifier: AGPL-3.0-or-later
import "@mantine/core/styles.css";
import "./page.css";
import { MantineProvider, createTheme } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { makeClient } from "./record/reading";
import { Frame } from "./shell/frame";
import { preferred, speak } from "./words/words";

// Libraries that write style elements ask for the word that the page's policy lets through.
const nonce = document.querySelector<HTMLMetaElement>("meta[name=nonce]")?.content ?? "";
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;

const theme = createTheme({
    primaryColor: "exo",
    colors: {
        exo: [
            "#eaf4f9",
            "#d3e6ef",
            "#a3cce0",
            "#70b0d0",
            "#4799c2",
            "#2c89b8",
            "#0b6a93",
            "#0b5d80",
            "#0b4f6c",
            "#083c53",
        ],
    },
    primaryShade: 8,
    fontFamily:
        '"Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic UI", "Yu Gothic", Meiryo, VL-PGothic-Regular, "VL PGothic", system-ui, sans-serif',
    fontSizes: { xs: "0.875rem", sm: "1rem", md: "1.0625rem", lg: "1.125rem", xl: "1.25rem" },
    components: {
        InputDescription: { defaultProps: { size: "sm" } },
        TextInput: { defaultProps: { size: "md" } },
        PasswordInput: { defaultProps: { size: "md" } },
        NativeSelect: { defaultProps: { size: "md" } },
        Textarea: { defaultProps: { size: "md" } },
        FileInput: { defaultProps: { size: "md" } },
        Checkbox: { defaultProps: { size: "md" } },
        Button: { defaultProps: { size: "md" } },
    },
});

await speak(preferred());
createRoot(document.getElementById("page")!).render(
    <MantineProvider theme={theme} forceColorScheme="light" getStyleNonce={() => nonce}>
        <QueryClientProvider client={makeClient()}>
            <Frame />
        </QueryClientProvider>
    </MantineProvider>,
);
