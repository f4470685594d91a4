// pages.ts: which pages are there, for whom, and where do they lie?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import { IconBell, IconBook, IconFlask, IconHome, IconList, IconRoute } from "../pieces/icons";
import { IconBarcode } from "../pieces/icons";
import { IconBooks, IconMicroscope, IconTemperature } from "../pieces/icons";
import { IconUsers } from "../pieces/icons";

export interface Page {
    path: string; // as wouter matches it
    to: string; // where the menu leads
    word: string; // key of its name
    icon: ComponentType<{ size?: number; stroke?: number; "aria-hidden"?: boolean }>;
    needs: string[]; // any one of these permissions; none: everybody
    show: LazyExoticComponent<ComponentType>;
    menu?: boolean;
}

const page = (load: () => Promise<{ default: ComponentType }>) => lazy(load);

export const pages: Page[] = [
    {
        path: "/",
        to: "/",
        word: "nav.today",
        icon: IconHome,
        needs: [],
        menu: true,
        show: page(() => import("../pages/today")),
    },
    {
        path: "/bench",
        to: "/bench",
        word: "nav.bench",
        icon: IconBarcode,
        needs: ["DOSE_GIVE"],
        menu: true,
        show: page(() => import("../pages/bench")),
    },
    {
        path: "/lots",
        to: "/lots",
        word: "nav.lots",
        icon: IconFlask,
        needs: ["LOT_READ"],
        menu: true,
        show: page(() => import("../pages/lot/lots_page")),
    },
    {
        path: "/lots/:code",
        to: "",
        word: "nav.lots",
        icon: IconFlask,
        needs: ["LOT_READ"],
        show: page(() => import("../pages/lot/lot_page")),
    },
    {
        path: "/trace/*?",
        to: "/trace",
        word: "nav.trace",
        icon: IconRoute,
        needs: ["TRACE_READ"],
        menu: true,
        show: page(() => import("../pages/trace/index")),
    },
    {
        path: "/recalls",
        to: "/recalls",
        word: "nav.recalls",
        icon: IconBell,
        needs: ["RECALL_READ"],
        menu: true,
        show: page(() => import("../pages/recall/index")),
    },
    {
        path: "/recalls/:code",
        to: "",
        word: "nav.recalls",
        icon: IconBell,
        needs: ["RECALL_READ"],
        show: page(() => import("../pages/recall/one")),
    },
    {
        path: "/record",
        to: "/record",
        word: "nav.record",
        icon: IconBook,
        needs: ["RECORD_READ"],
        menu: true,
        show: page(() => import("../pages/record/index")),
    },
    {
        path: "/record/refusals",
        to: "",
        word: "nav.record",
        icon: IconBook,
        needs: ["RECORD_READ"],
        show: page(() => import("../pages/record/refusals")),
    },
    {
        path: "/record/verification",
        to: "",
        word: "nav.record",
        icon: IconBook,
        needs: ["RECORD_READ"],
        show: page(() => import("../pages/record/verification")),
    },
    {
        path: "/record/:seq",
        to: "",
        word: "nav.record",
        icon: IconBook,
        needs: ["RECORD_READ"],
        show: page(() => import("../pages/record/entry")),
    },
    {
        path: "/cold-chain",
        to: "/cold-chain",
        word: "nav.cold_chain",
        icon: IconTemperature,
        needs: ["SHIPMENT_READ"],
        menu: true,
        show: page(() => import("../pages/cold_chain")),
    },
    {
        path: "/cold-chain/:shipment",
        to: "",
        word: "nav.cold_chain",
        icon: IconTemperature,
        needs: ["SHIPMENT_READ"],
        show: page(() => import("../pages/cold_chain/shipment")),
    },
    {
        path: "/measurement",
        to: "/measurement",
        word: "nav.measurement",
        icon: IconMicroscope,
        needs: ["LOT_READ", "PRODUCTION_READ"],
        menu: true,
        show: page(() => import("../pages/measurement")),
    },
    {
        path: "/measurement/instruments/:instrument",
        to: "",
        word: "nav.measurement",
        icon: IconMicroscope,
        needs: ["PRODUCTION_READ"],
        show: page(() => import("../pages/measurement/instrument")),
    },
    {
        path: "/measurement/lots/:lot",
        to: "",
        word: "nav.measurement",
        icon: IconMicroscope,
        needs: ["LOT_READ"],
        show: page(() => import("../pages/measurement/lot")),
    },
    {
        path: "/measurement/lots/:lot/:assay",
        to: "",
        word: "nav.measurement",
        icon: IconMicroscope,
        needs: ["LOT_READ"],
        show: page(() => import("../pages/measurement/assay")),
    },
    {
        path: "/evidence",
        to: "/evidence",
        word: "nav.evidence",
        icon: IconBooks,
        needs: ["LOT_READ"],
        menu: true,
        show: page(() => import("../pages/evidence")),
    },
    {
        path: "/people",
        to: "/people",
        word: "nav.people",
        icon: IconUsers,
        needs: ["CREW_READ"],
        menu: true,
        show: page(() => import("../pages/people")),
    },
    {
        path: "/operations",
        to: "/operations",
        word: "nav.operations",
        icon: IconList,
        needs: [],
        menu: true,
        show: page(() => import("../pages/operations")),
    },
    {
        path: "/do/:operation",
        to: "",
        word: "nav.operations",
        icon: IconList,
        needs: [],
        show: page(() => import("../pages/do")),
    },
    {
        path: "/show/:operation",
        to: "",
        word: "nav.operations",
        icon: IconList,
        needs: [],
        show: page(() => import("../pages/show")),
    },
];
