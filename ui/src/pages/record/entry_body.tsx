// entry_body.tsx: what an entry recorded, member by member, as it reads.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from "@tanstack/react-query";
import { Facts } from "../../pieces/facts";
import { isOperation, members, type Field } from "../../record/catalogue";
import type { Values } from "../../record/ask";
import { useWords } from "../../words/words";
import { fieldsOf, plain, unsealed } from "./journal";

// What is described of a body; the program's own operations are described nowhere.
export function useFields(operation: string): Field[] {
    const name = plain(operation);
    const asking = useQuery({
        queryKey: ["members", name],
        queryFn: () => members(name),
        enabled: isOperation(name),
        staleTime: Infinity,
    });
    return withChoices(asking.data?.output ?? [], asking.data?.input ?? []);
}

// A body repeats what was asked for, but only the question names the words that may answer it.
function withChoices(output: Field[], input: Field[]): Field[] {
    return output.map((field) => {
        const asked = input.find((each) => each.name === field.name && each.kind === field.kind);
        return asked && !field.choices
            ? {
                  ...field,
                  choices: asked.choices,
                  of: field.of && withChoices(field.of, asked.of ?? []),
              }
            : field;
    });
}

export function useReadable(): (body: Values) => Values {
    const { t } = useWords();
    return (body) => unsealed(body, (person) => t("record.sealed", { person })) as Values;
}

export function EntryBody({ operation, body }: { operation: string; body: Values }) {
    const told = useFields(operation);
    const readable = useReadable();
    return <Facts fields={fieldsOf(body, told)} row={readable(body)} />;
}
