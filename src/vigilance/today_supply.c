/* today_supply.c: which shipments are on their way here, unread, or waiting for the maker? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/view.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"
#include "supply/shipment.h"
#include "supply/stock.h"
#include "vigilance/today_finding.h"

static bool add_shipment(struct today *today, const struct shipment *shipment,
                         const struct waiting *step)
{
    struct waiting waiting = *step;
    waiting.subject_kind = "shipment";
    waiting.code = shipment->code;
    waiting.beside = today_print(today, "lot:%s", shipment->lot);
    waiting.unit = "vials";
    return today_add(today, &waiting);
}

static bool add_logger(struct today *today, const struct shipment *shipment)
{
    return shipment->logger_entry || text_is_empty(shipment->logger) ||
           add_shipment(
               today, shipment,
               &(struct waiting){.kind = "shipment_logger",
                                 .operation = "logger.import",
                                 .amount = {true, shipment->last - shipment->first + 1},
                                 .since = shipment->arrived_at.usec ? shipment->arrived_at
                                                                    : shipment->packed_at,
                                 .waiting = "The file of the temperature logger is not imported."});
}

/* The container keeps cold until its qualified time is over: that clock runs on the way. */
static bool add_arrival(struct today *today, const struct shipment *shipment)
{
    const struct waiting step = {
        .kind = "shipment_arrival",
        .operation = "shipment.receive",
        .amount = {true, shipment->last - shipment->first + 1},
        .since = shipment->packed_at,
        .due_at = shipment->qualified_until,
        .overdue = shipment->qualified_until.usec &&
                   shipment->qualified_until.usec < today->work->now_usec,
        .waiting =
            today_print(today, "Sent by %s, and the arrival is not recorded.", shipment->from_site),
    };
    return add_shipment(today, shipment, &step);
}

static bool add_decision(struct today *today, const struct shipment *shipment)
{
    struct lot lot = {0};
    struct rows parts;
    if (!view_need(today->work, &lot_table, "lot", shipment->lot, &lot))
        return false;
    if (!text_equals(lot.site, today->site))
        return true;
    if (!shipment_parts(today->work, shipment, "arrived", &parts))
        return false;
    const struct waiting step = {
        .kind = "shipment_decision",
        .operation = "shipment.decide",
        .amount = {true, stock_vials(&parts)},
        .since = shipment->arrived_at,
        .waiting =
            today_print(today, "Vials at %s wait in quarantine for a decision.", shipment->to_site),
    };
    return add_shipment(today, shipment, &step);
}

static bool find_in(struct today *today, const char *status, bool decides)
{
    struct rows rows;
    if (!view_list(today->work, &shipment_table, "status", value_text(status), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct shipment *shipment = &ROWS(rows, const struct shipment)[i];
        bool here = text_equals(shipment->to_site, today->site);
        if (here && !add_logger(today, shipment))
            return false;
        if (decides ? !add_decision(today, shipment) : here && !add_arrival(today, shipment))
            return false;
    }
    return true;
}

bool today_find_shipments(struct today *today)
{
    if (!today_may(today, "shipment.receive") && !today_may(today, "shipment.decide"))
        return true;
    return find_in(today, "in_transit", false) && find_in(today, "quarantine", true);
}
