// section.tsx: a part of a page with its heading.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Title } from "@mantine/core";
import classes from "./section.module.css";

export function Section({
    id,
    title,
    children,
    side,
}: {
    id?: string;
    title: string;
    children: React.ReactNode;
    side?: React.ReactNode;
}) {
    return (
        <section className={classes.section} id={id}>
            <div className={classes.head}>
                <Title order={2} className={classes.title}>
                    {title}
                </Title>
                {side}
            </div>
            {children}
        </section>
    );
}

export function PageHead({
    title,
    children,
}: {
    title: React.ReactNode;
    children?: React.ReactNode;
}) {
    return (
        <div className={classes.head}>
            <Title order={1} className={classes.page} tabIndex={-1}>
                {title}
            </Title>
            {children}
        </div>
    );
}
