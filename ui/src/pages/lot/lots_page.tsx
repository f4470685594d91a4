// lots_page.tsx: which lots are there, in which state, and until when may they be used?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { List } from "../../lists/list";
import { PageHead, Section } from "../../pieces/section";
import { useMay } from "../../record/session";
import { useWords } from "../../words/words";
import { Act } from "./act";

export default function LotsPage() {
    const { t } = useWords();
    const may = useMay();
    return (
        <>
            <PageHead title={t("lot.list.title")}>
                {may("lot.fill") && <Act way={{ operation: "lot.fill", given: {} }} />}
            </PageHead>
            <Section title={t("lot.list.choose")}>
                <List name="lot.list" />
            </Section>
        </>
    );
}
