// matrix.tsx: which role may do what: roles across, permissions down; one of either can be looked at alone.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMediaQuery } from "@mantine/hooks";
import { useRef, useState } from "react";
import { IconCheck, IconUser } from "../../pieces/icons";
import { useSession } from "../../record/session";
import { useWords } from "../../words/words";
import { Chosen } from "./chosen";
import { Choices } from "./choices";
import { mayOf, nameOf, permissionsOf, type Held, type Role } from "./role";
import classes from "./people.module.css";

export interface Choice {
    role: string;
    permission: string;
}
export const nothing: Choice = { role: "", permission: "" };

export function Matrix({ roles, held }: { roles: Role[]; held: Held[] }) {
    const { t } = useWords();
    const session = useSession();
    const narrow = useMediaQuery("(max-width: 600px)", window.innerWidth <= 600, {
        getInitialValueInEffect: false,
    });
    const [mine, setMine] = useState(false);
    const [choice, setChoice] = useState<Choice>(nothing);
    const shown = mine ? roles.filter((role) => session.roles.includes(role.code)) : roles;
    const permissions = permissionsOf(roles);
    const isMine = roles.some((role) => session.roles.includes(role.code));
    return (
        <>
            <p className={classes.help}>{t("people.matrix_help")}</p>
            {isMine && (
                <label className={classes.mine}>
                    <input
                        type="checkbox"
                        checked={mine}
                        onChange={(event) => setMine(event.currentTarget.checked)}
                    />{" "}
                    {t("people.only_mine")}
                </label>
            )}
            {narrow ? (
                <Choices
                    roles={shown}
                    permissions={permissions}
                    choice={choice}
                    choose={setChoice}
                />
            ) : (
                <Table
                    roles={shown}
                    permissions={permissions}
                    own={session.roles}
                    choice={choice}
                    choose={setChoice}
                />
            )}
            <Chosen roles={roles} held={held} choice={choice} />
        </>
    );
}

interface Drawn {
    roles: Role[];
    permissions: string[];
    own: string[];
    choice: Choice;
    choose: (choice: Choice) => void;
}

// One stop for the tabulator; the arrows go from header to header.
function useArrows(before: string, behind: string) {
    const group = useRef<HTMLElement>(null);
    return {
        group,
        move: (event: React.KeyboardEvent) => {
            const buttons = [
                ...(group.current?.querySelectorAll<HTMLButtonElement>("button[data-head]") ?? []),
            ];
            const at = buttons.indexOf(event.target as HTMLButtonElement);
            const to =
                event.key === before
                    ? at - 1
                    : event.key === behind
                      ? at + 1
                      : event.key === "Home"
                        ? 0
                        : event.key === "End"
                          ? buttons.length - 1
                          : -1;
            if (at < 0 || !buttons[to]) return;
            event.preventDefault();
            buttons[at]!.tabIndex = -1;
            buttons[to].tabIndex = 0;
            buttons[to].focus();
        },
    };
}

function Table({ roles, permissions, own, choice, choose }: Drawn) {
    const { t, language } = useWords();
    const across = useArrows("ArrowLeft", "ArrowRight");
    const down = useArrows("ArrowUp", "ArrowDown");
    const look = (role: Role) =>
        `${own.includes(role.code) ? classes.own : ""} ${role.code === choice.role ? classes.chosen : ""}`;
    const may = new Map(roles.map((role) => [role.code, new Set(mayOf(role))]));
    return (
        <div
            className={classes.scroll}
            tabIndex={0}
            role="group"
            aria-label={t("people.matrix_region")}
        >
            <table className={classes.matrix}>
                <thead>
                    <tr
                        ref={across.group as React.RefObject<HTMLTableRowElement>}
                        onKeyDown={across.move}
                    >
                        <td className={classes.corner}>
                            {t("people.permission")} ╲ {t("people.role")}
                        </td>
                        {roles.map((role, i) => (
                            <th key={role.code} scope="col" className={look(role)}>
                                <button
                                    type="button"
                                    data-head
                                    tabIndex={i === 0 ? 0 : -1}
                                    aria-pressed={role.code === choice.role}
                                    onClick={() =>
                                        choose(
                                            role.code === choice.role
                                                ? nothing
                                                : { role: role.code, permission: "" },
                                        )
                                    }
                                >
                                    {own.includes(role.code) && <IconUser size={18} aria-hidden />}
                                    <span>
                                        {nameOf(role, language)}
                                        {own.includes(role.code) && (
                                            <span className={classes.hidden}>
                                                {" "}
                                                ({t("people.your_role")})
                                            </span>
                                        )}
                                    </span>
                                </button>
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody
                    ref={down.group as React.RefObject<HTMLTableSectionElement>}
                    onKeyDown={down.move}
                >
                    {permissions.map((word, i) => (
                        <tr key={word} className={word === choice.permission ? classes.chosen : ""}>
                            <th scope="row">
                                <button
                                    type="button"
                                    data-head
                                    tabIndex={i === 0 ? 0 : -1}
                                    aria-pressed={word === choice.permission}
                                    onClick={() =>
                                        choose(
                                            word === choice.permission
                                                ? nothing
                                                : { role: "", permission: word },
                                        )
                                    }
                                >
                                    {t(`permission.${word}`)}
                                </button>
                            </th>
                            {roles.map((role) => (
                                <td key={role.code} className={look(role)}>
                                    {may.get(role.code)!.has(word) && (
                                        <>
                                            <IconCheck size={20} stroke={3} aria-hidden />
                                            <span className={classes.hidden}>
                                                {t("people.may")}
                                            </span>
                                        </>
                                    )}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
