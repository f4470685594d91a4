// choices.tsx: a role or a permission, where the whole picture is wider than the screen.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { NativeSelect } from "@mantine/core";
import { useWords } from "../../words/words";
import { nothing, type Choice } from "./matrix";
import { nameOf, type Role } from "./role";
import classes from "./people.module.css";

export function Choices({
    roles,
    permissions,
    choice,
    choose,
}: {
    roles: Role[];
    permissions: string[];
    choice: Choice;
    choose: (choice: Choice) => void;
}) {
    const { t, language } = useWords();
    const none = { value: "", label: t("form.choose") };
    return (
        <div className={classes.choices}>
            <NativeSelect
                label={t("people.role")}
                value={choice.role}
                onChange={(event) => choose({ ...nothing, role: event.currentTarget.value })}
                data={[
                    none,
                    ...roles.map((role) => ({ value: role.code, label: nameOf(role, language) })),
                ]}
            />
            <NativeSelect
                label={t("people.permission")}
                value={choice.permission}
                onChange={(event) => choose({ ...nothing, permission: event.currentTarget.value })}
                data={[
                    none,
                    ...permissions.map((word) => ({ value: word, label: t(`permission.${word}`) })),
                ]}
            />
        </div>
    );
}
