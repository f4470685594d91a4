// genealogy_layout.ts: where each thing and each tie of a genealogy lies on paper.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Graph, layout } from "@dagrejs/dagre";

export interface Thing {
    name: string; // kind:code
    kind: string;
    code: string;
    depth: number;
    status?: string;
    held: boolean;
    holds: { subject: string; why: string }[];
    made: number;
    more_sources: number;
    more_results: number;
}
export interface Tie {
    child: string;
    parent: string;
    amount?: number;
    unit?: string;
    state?: string;
    patients: number;
}
export interface Links {
    name: string;
    things: Thing[];
    ties: Tie[];
}

export interface PlacedThing {
    thing: Thing;
    x: number; // left
    y: number; // top
    width: number;
    height: number;
}
export interface PlacedTie {
    key: string;
    child: string;
    parent: string;
    lines: string[];
    path: string;
    x: number; // middle of the words
    y: number;
}
export interface Genealogy {
    things: PlacedThing[];
    ties: PlacedTie[];
    width: number;
    height: number;
}

export const LINE_PX = 18;
const BOX = { width: 156, height: 54 };
const MARGIN = 24;

// Two halves of the letters of Japanese are as wide as one of English.
export function widthOf(text: string): number {
    let width = 0;
    for (const letter of text) width += letter.charCodeAt(0) > 0x2fff ? 14.5 : 8;
    return width;
}

// Lines below the code: status, hold, and what the picture leaves out.
export function linesOf(thing: Thing): number {
    return (
        (thing.status ? 1 : 0) +
        (thing.held ? 1 : 0) +
        (thing.more_sources + thing.more_results ? 1 : 0)
    );
}

// Ties between the same two things are one line with several amounts: vials of several states.
function merged(
    ties: Tie[],
    word: (tie: Tie) => string,
): Map<string, { child: string; parent: string; lines: string[] }> {
    const found = new Map<string, { child: string; parent: string; lines: string[] }>();
    for (const tie of ties) {
        const key = `${tie.parent} ${tie.child}`;
        const one = found.get(key) ?? { child: tie.child, parent: tie.parent, lines: [] };
        const line = word(tie);
        if (line) one.lines.push(line);
        found.set(key, one);
    }
    return found;
}

// Rounded by its own corners, so that a bundle of ties can be followed by eye.
function curve(points: { x: number; y: number }[]): string {
    const [first, ...rest] = points;
    if (!first) return "";
    let path = `M${first.x.toFixed(1)} ${first.y.toFixed(1)}`;
    for (let i = 0; i + 1 < rest.length; i++) {
        const one = rest[i]!,
            next = rest[i + 1]!;
        path += `Q${one.x.toFixed(1)} ${one.y.toFixed(1)} ${((one.x + next.x) / 2).toFixed(1)} ${((one.y + next.y) / 2).toFixed(1)}`;
    }
    const last = rest[rest.length - 1];
    return last ? `${path}L${last.x.toFixed(1)} ${last.y.toFixed(1)}` : path;
}

export function place(links: Links, word: (tie: Tie) => string): Genealogy {
    const graph = new Graph();
    graph.setGraph({
        rankdir: "TB",
        nodesep: 26,
        ranksep: 30,
        edgesep: 18,
        marginx: MARGIN,
        marginy: MARGIN,
    });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const thing of links.things)
        graph.setNode(thing.name, {
            width: Math.max(BOX.width, widthOf(thing.code) + 40),
            height: BOX.height + LINE_PX * linesOf(thing),
        });
    const ties = merged(links.ties, word);
    for (const tie of ties.values())
        graph.setEdge(tie.parent, tie.child, {
            labelpos: "c",
            width: Math.max(0, ...tie.lines.map(widthOf)) + 10,
            height: tie.lines.length * LINE_PX,
        });
    layout(graph);
    const size = graph.graph() as { width?: number; height?: number };
    return {
        width: size.width ?? 1,
        height: size.height ?? 1,
        things: links.things
            .map((thing) => {
                const at = graph.node(thing.name) as {
                    x: number;
                    y: number;
                    width: number;
                    height: number;
                };
                return {
                    thing,
                    x: at.x - at.width / 2,
                    y: at.y - at.height / 2,
                    width: at.width,
                    height: at.height,
                };
            })
            .sort((one, other) => one.y - other.y || one.x - other.x),
        ties: [...ties.entries()].map(([key, tie]) => {
            const at = graph.edge(tie.parent, tie.child) as {
                points: { x: number; y: number }[];
                x?: number;
                y?: number;
            };
            return { key, ...tie, path: curve(at.points), x: at.x ?? 0, y: at.y ?? 0 };
        }),
    };
}
