// index.tsx: what waits today for who is signed in?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { PageHead } from "../../pieces/section";
import { useSession } from "../../record/session";
import { useWords } from "../../words/words";

export default function Today() {
    const { t } = useWords();
    const { name, account } = useSession();
    return <PageHead title={t("today.title", { name: name || account })} />;
}
