// frame.tsx: what stands around every page: where one is, who one is, what to scan.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Suspense, useEffect } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, Route, Switch, useLocation } from "wouter";
import { whenSignedOut } from "../record/ask";
import { signedOut, signOut, useSession, useSessionQuery } from "../record/session";
import { Refused, Waiting } from "../pieces/refused";
import { IconLogout, IconUser } from "../pieces/icons";
import { expectSentences, useWords } from "../words/words";
import { Boundary } from "./boundary";
import { keepFocusInSight } from "./focus";
import { LanguageChoice } from "./language";
import { pages } from "./pages";
import { Seek } from "./seek";
import { listenToWedge } from "./scan";
import { SignIn } from "./sign_in";
import classes from "./shell.module.css";

export function Frame() {
    const client = useQueryClient();
    const session = useSessionQuery();
    useEffect(() => whenSignedOut(() => signedOut(client)), [client]);
    useEffect(listenToWedge, []);
    useEffect(keepFocusInSight, []);
    if (session.data === undefined)
        return session.error ? (
            <main className={classes.sign_in}>
                <Refused fault={session.error} again={() => void session.refetch()} />
            </main>
        ) : (
            <Waiting />
        );
    return session.data ? <Inside /> : <SignIn />;
}

function Menu() {
    const { t } = useWords();
    const session = useSession();
    const [at] = useLocation();
    const shown = pages.filter(
        (page) =>
            page.menu &&
            (!page.needs.length || page.needs.some((each) => session.permissions.includes(each))),
    );
    const here = (to: string) => (to === "/" ? at === "/" : at === to || at.startsWith(`${to}/`));
    return (
        <nav className={classes.menu} aria-label={t("nav.menu")}>
            {shown.map((page) => (
                <Link
                    key={page.path}
                    href={page.to}
                    aria-current={here(page.to) ? "page" : undefined}
                >
                    <page.icon size={20} aria-hidden /> <span>{t(page.word)}</span>
                </Link>
            ))}
        </nav>
    );
}

function Inside() {
    const { t, choice, language } = useWords();
    const session = useSession();
    const client = useQueryClient();
    const [at] = useLocation();
    useEffect(expectSentences, [language]);
    useEffect(() => {
        window.scrollTo(0, 0);
        document.title = "exoledger";
    }, [at]);
    return (
        <>
            <a className={classes.skip} href="#main">
                {t("nav.skip")}
            </a>
            <header>
                {session.demo && <p className={classes.demo}>{t("demo")}</p>}
                <div className={classes.header}>
                    <Link href="/" className={classes.name}>
                        exoledger
                    </Link>
                    <Seek />
                    <span className={classes.who}>
                        <IconUser size={18} aria-hidden />
                        <span>
                            <strong>{session.name || session.account}</strong>{" "}
                            <span>
                                {session.account} · {session.site} ·{" "}
                                {session.roles.map(choice).join(", ")}
                            </span>
                        </span>
                    </span>
                    <LanguageChoice />
                    <button
                        type="button"
                        className={classes.leave}
                        onClick={() => void signOut(client)}
                    >
                        <IconLogout size={18} aria-hidden /> {t("nav.leave")}
                    </button>
                </div>
            </header>
            <Menu />
            <main id="main" className={classes.main} tabIndex={-1}>
                <Boundary key={at}>
                    <Suspense fallback={<Waiting />}>
                        <Switch>
                            {pages.map((page) => (
                                <Route key={page.path} path={page.path}>
                                    <page.show />
                                </Route>
                            ))}
                            <Route>
                                <p>{t("nav.nothing")}</p>
                            </Route>
                        </Switch>
                    </Suspense>
                </Boundary>
            </main>
        </>
    );
}
