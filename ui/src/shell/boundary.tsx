// boundary.tsx: a page that fails says so and leaves the others standing.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Component, type ReactNode } from "react";
import { Refused } from "../pieces/refused";

export class Boundary extends Component<{ children: ReactNode }, { fault: unknown }> {
    override state = { fault: null };

    static getDerivedStateFromError(fault: unknown) {
        return { fault };
    }

    override render() {
        return this.state.fault ? (
            <Refused fault={this.state.fault} again={() => window.location.reload()} />
        ) : (
            this.props.children
        );
    }
}
