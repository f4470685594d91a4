// nav.tsx: the sections of the page, always at hand, and which of them is being read.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef, useState } from "react";
import { useWords } from "../../words/words";
import classes from "./lot.module.css";

// The last section whose heading has passed the upper third of the screen.
function reading(sections: readonly string[]): string {
    const line = window.innerHeight / 3;
    let found = sections[0] ?? "";
    for (const each of sections) {
        const element = document.getElementById(each);
        if (element && element.getBoundingClientRect().top < line) found = each;
    }
    const end = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4;
    return end && window.scrollY > 0 ? (sections[sections.length - 1] ?? found) : found;
}

export function SectionNav({ sections }: { sections: readonly string[] }) {
    const { t } = useWords();
    const [at, setAt] = useState(sections[0] ?? "");
    useEffect(() => {
        const look = () => setAt(reading(sections));
        look();
        window.addEventListener("scroll", look, { passive: true });
        return () => window.removeEventListener("scroll", look);
    }, [sections]);
    const list = useRef<HTMLUListElement>(null);
    // In a narrow window the names lie in a row that scrolls: the one being read stays in sight.
    useEffect(() => {
        const row = list.current?.parentElement;
        const name = list.current?.querySelector<HTMLElement>("[aria-current]");
        if (row && name && row.scrollWidth > row.clientWidth)
            row.scrollTo({ left: name.offsetLeft - row.clientWidth / 3 });
    }, [at]);
    return (
        <nav className={classes.nav} aria-label={t("lot.sections")}>
            <ul ref={list}>
                {sections.map((each) => (
                    <li key={each}>
                        <a href={`#${each}`} aria-current={each === at ? "location" : undefined}>
                            {t(`lot.section.${each}`)}
                        </a>
                    </li>
                ))}
            </ul>
        </nav>
    );
}
