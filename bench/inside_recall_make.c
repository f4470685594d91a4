/* inside_recall_make.c: writes the views of a large record in bulk, as the tables are declared. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */

/* inside_recall_make RECORD LOTS SEED
 *
 * RECORD is a folder made by exoledger init. Its views are filled with the family of
 * recall_model.h. No entry is behind them: verify would say so, and rebuild would empty them. */
#include "recall_model.h"

#include "catalogue.h"
#include "chain/link.h"
#include "chain/record.h"
#include "donation/donor.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"
#include "supply/shipment.h"
#include "treatment/dose.h"
#include "treatment/patient.h"
#include "vigilance/recall.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>

#define MAKER "M"
#define DAY ((struct date){"2025-03-10"})

/* One table on its way into the database, on either engine. */
struct bulk {
    struct arena *arena;
    const struct table *table;
    sqlite3 *sqlite;
    sqlite3_stmt *insert;
    PGconn *server;
    char *copy; /* a part of what COPY reads */
    size_t length;
};

enum { COPY_BYTES = 1 << 16, LONGEST_ROW = 1 << 12 };

static void command(struct bulk *bulk, const char *sql)
{
    if (bulk->server) {
        PGresult *result = PQexec(bulk->server, sql);
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_COPY_IN && status != PGRES_TUPLES_OK)
            stop(PQerrorMessage(bulk->server));
        PQclear(result);
    } else if (sqlite3_exec(bulk->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK) {
        stop(sqlite3_errmsg(bulk->sqlite));
    }
}

/* The record itself is closed again: journal_mode can only change for who is alone. */
static void bulk_connect(struct bulk *bulk, const char *folder)
{
    struct work work = {.arena = arena_open(WORK_ARENA_BYTES)};
    *bulk = (struct bulk){.arena = arena_open(WORK_ARENA_BYTES)};
    if (!record_open(&work, folder, catalogue_tables, ACCESS_READ))
        stop(work.fault.text);
    bool on_server = work.record->engine == &postgres_engine;
    const char *place = arena_copy(bulk->arena, work.record->place);
    arena_close(work.arena);
    if (on_server) {
        bulk->server = PQconnectdb(place);
        bulk->copy = malloc(COPY_BYTES + LONGEST_ROW);
        if (PQstatus(bulk->server) != CONNECTION_OK || !bulk->copy)
            stop("The server does not answer.");
        command(bulk, "SET client_min_messages = warning");
        return;
    }
    if (sqlite3_open(place, &bulk->sqlite) != SQLITE_OK)
        stop("The database cannot be opened.");
    command(bulk,
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;"
            "PRAGMA temp_store = MEMORY");
}

static void bulk_disconnect(struct bulk *bulk)
{
    if (!bulk->server)
        command(bulk, "PRAGMA journal_mode = WAL");
    PQfinish(bulk->server);
    sqlite3_close(bulk->sqlite);
    free(bulk->copy);
    arena_close(bulk->arena);
}

static void bulk_begin(struct bulk *bulk, const struct table *table)
{
    struct arena *arena = bulk->arena;
    size_t count = 0;
    const char **indexes = text_split(arena, table->indexes, ' ', &count);
    bulk->table = table;
    for (size_t i = 0; i < count; i++)
        command(bulk, arena_print(arena, "DROP INDEX %s_by_%s", table->name, indexes[i]));
    if (bulk->server) {
        struct text sql = text_open(arena);
        text_print(&sql, "COPY %s (", table->name);
        for (size_t i = 0; i < table->row->count; i++)
            text_print(&sql, "%s%s", i ? ", " : "", table->row->fields[i].name);
        text_add(&sql, ") FROM STDIN");
        command(bulk, sql.bytes);
        return;
    }
    command(bulk, "BEGIN");
    const struct statement add = view_statement(arena, table, VIEW_ADD, NULL, false);
    if (sqlite3_prepare_v2(bulk->sqlite, add.sql, -1, &bulk->insert, NULL) != SQLITE_OK)
        stop(sqlite3_errmsg(bulk->sqlite));
}

static void copy_flush(struct bulk *bulk)
{
    if (PQputCopyData(bulk->server, bulk->copy, (int)bulk->length) != 1)
        stop(PQerrorMessage(bulk->server));
    bulk->length = 0;
}

/* What is generated holds neither tabs nor backslashes, so that nothing needs an escape. */
static void copy_value(struct bulk *bulk, const struct value *value, char end)
{
    char *at = bulk->copy + bulk->length;
    int length = value->kind == VALUE_NULL ? snprintf(at, 4, "\\N%c", end)
                 : value->kind == VALUE_TEXT
                     ? snprintf(at, LONGEST_ROW / 8, "%s%c", value->text, end)
                     : snprintf(at, 32, "%lld%c", (long long)value->integer, end);
    bulk->length += (size_t)length;
}

static void insert_value(struct bulk *bulk, int number, const struct value *value)
{
    int code = value->kind == VALUE_NULL ? sqlite3_bind_null(bulk->insert, number)
               : value->kind == VALUE_TEXT
                   ? sqlite3_bind_text(bulk->insert, number, value->text, -1, SQLITE_STATIC)
                   : sqlite3_bind_int64(bulk->insert, number, value->integer);
    if (code != SQLITE_OK)
        stop(sqlite3_errmsg(bulk->sqlite));
}

static void bulk_add(struct bulk *bulk, const void *row)
{
    const struct schema *schema = bulk->table->row;
    struct arena_mark mark = arena_mark(bulk->arena);
    for (size_t i = 0; i < schema->count; i++) {
        const struct value value = field_value(bulk->arena, &schema->fields[i], row);
        if (bulk->server)
            copy_value(bulk, &value, i + 1 < schema->count ? '\t' : '\n');
        else
            insert_value(bulk, (int)i + 1, &value);
    }
    if (bulk->server && bulk->length > COPY_BYTES)
        copy_flush(bulk);
    if (!bulk->server &&
        (sqlite3_step(bulk->insert) != SQLITE_DONE || sqlite3_reset(bulk->insert) != SQLITE_OK))
        stop(sqlite3_errmsg(bulk->sqlite));
    arena_rewind(bulk->arena, mark);
}

static void bulk_index(struct bulk *bulk)
{
    struct arena *arena = bulk->arena;
    size_t count = 0;
    const char **indexes = text_split(arena, bulk->table->indexes, ' ', &count);
    for (size_t i = 0; i < count; i++)
        command(bulk, arena_print(arena, "CREATE INDEX %s_by_%s ON %s (%s)", bulk->table->name,
                                  indexes[i], bulk->table->name, indexes[i]));
    if (bulk->server)
        command(bulk, arena_print(arena, "VACUUM ANALYZE %s", bulk->table->name));
}

static void bulk_end(struct bulk *bulk)
{
    if (bulk->server) {
        copy_flush(bulk);
        PGresult *result = PQputCopyEnd(bulk->server, NULL) == 1 ? PQgetResult(bulk->server) : NULL;
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            stop(PQerrorMessage(bulk->server));
        PQclear(result);
        while ((result = PQgetResult(bulk->server)))
            PQclear(result);
    } else {
        sqlite3_finalize(bulk->insert);
        command(bulk, "COMMIT");
    }
    bulk_index(bulk);
}

/* A code in the arena of the row that is made. */
#define CODE(form, number) arena_print(bulk->arena, form, (long long)(number))
#define LOT_CODE(lot) CODE("L-%05lld", lot)
#define SHIPMENT_CODE(shipment) CODE("SH-%06lld", shipment)
#define DOSE_CODE(dose) CODE("DO-%08lld", dose)
#define PATIENT_CODE(patient) CODE("P-%07lld", patient)
#define CLINIC_CODE(clinic) CODE("K%03lld", 100 + (clinic))

static void make_sites(struct bulk *bulk)
{
    bulk_begin(bulk, &site_table);
    for (int64_t i = 0; i < MODEL_CLINICS; i++) {
        const struct site row = {CLINIC_CODE(i), "Clinic", "clinic", 1};
        bulk_add(bulk, &row);
    }
    bulk_end(bulk);
}

static void make_donors(struct bulk *bulk, const struct model *model)
{
    bulk_begin(bulk, &donor_table);
    for (int64_t i = 0; i < model->donors; i++) {
        const struct donor row = {.code = CODE("D-%04lld", i),
                                  .site = MAKER,
                                  .tissue = "adipose",
                                  .sex = "female",
                                  .tested_person = "donor",
                                  .age_years = 30,
                                  .decision = "eligible",
                                  .entry = 1};
        bulk_add(bulk, &row);
    }
    bulk_end(bulk);
    bulk_begin(bulk, &journal_table);
    for (int64_t i = 0; i < model->donors; i++) {
        const struct journal row = {.seq = (1 << 24) + i,
                                    .operation = "donor.register/1",
                                    .subject = CODE("D-%04lld", i),
                                    .actor = "DC1",
                                    .site = MAKER,
                                    .hash = ""};
        bulk_add(bulk, &row);
    }
    bulk_end(bulk);
}

/* What an edge of the upper graph is called in the record. */
struct linking {
    struct bulk *bulk;
    struct model_nodes nodes;
};

static const char *node_name(const struct linking *to, int64_t node)
{
    struct bulk *bulk = to->bulk;
    const struct model_nodes *nodes = &to->nodes;
    if (node < nodes->bank)
        return CODE("donor:D-%04lld", node - nodes->donor);
    if (node < nodes->culture)
        return CODE("bank:B-%05lld", node - nodes->bank);
    if (node < nodes->harvest)
        return CODE("culture:C-%05lld", node - nodes->culture);
    if (node < nodes->lot)
        return CODE("harvest:H-%05lld", node - nodes->harvest);
    return CODE("lot:L-%05lld", node - nodes->lot);
}

static void add_link(void *context, int64_t parent, int64_t child)
{
    struct linking *to = context;
    const struct link row = {node_name(to, child), node_name(to, parent), 1000000, "uL", 1};
    bulk_add(to->bulk, &row);
}

static void make_links(struct bulk *bulk, const struct model *model)
{
    struct linking linking = {bulk, model_nodes(model)};
    const struct model_visitor visitor = {add_link, &linking};
    bulk_begin(bulk, &link_table);
    model_edges_above(model, &visitor);
    bulk_end(bulk);
}

static void make_lots(struct bulk *bulk, const struct model *model)
{
    bulk_begin(bulk, &lot_table);
    for (int64_t i = 0; i < model->lots; i++) {
        const struct lot row = {.code = LOT_CODE(i),
                                .site = MAKER,
                                .kind = "product",
                                .bulk = CODE("BK-%05lld", i),
                                .specification = "XP-AD/1.0",
                                .tissue = "adipose",
                                .pool_of_donors = model_partner(model, i) >= 0,
                                .filled_on = DAY,
                                .expires_on = {"2027-03-09"},
                                .vials = MODEL_VIALS,
                                .volume_per_vial_ul = 1050,
                                .status = "released",
                                .entry = 1};
        bulk_add(bulk, &row);
    }
    bulk_end(bulk);
}

/* Vials that share every fact are one range, as the program keeps them. */
static int64_t range_end(const struct model *model, int64_t vial)
{
    enum model_state state = model_vial(model, vial);
    int64_t end = vial + 1;
    while (state != MODEL_GIVEN && end % MODEL_SHIPPED && model_vial(model, end) == state)
        end++;
    return end;
}

static void make_vials(struct bulk *bulk, const struct model *model)
{
    bulk_begin(bulk, &vial_table);
    int64_t end = 0;
    for (int64_t vial = 0; vial < model->lots * MODEL_VIALS; vial = end) {
        struct arena_mark mark = arena_mark(bulk->arena);
        enum model_state state = model_vial(model, vial);
        int64_t shipment = vial / MODEL_SHIPPED;
        end = range_end(model, vial);
        struct vial_range row = {.lot = LOT_CODE(vial / MODEL_VIALS),
                                 .first = vial % MODEL_VIALS + 1,
                                 .last = (end - 1) % MODEL_VIALS + 1,
                                 .state = model_word(state),
                                 .site = MAKER,
                                 .entry = 1};
        if (state == MODEL_RETAINED)
            row.purpose = "reserve";
        else
            row.shipment = SHIPMENT_CODE(shipment);
        if (state == MODEL_IN_STOCK || state == MODEL_GIVEN)
            row.site = CLINIC_CODE(model_clinic(model, shipment));
        if (state == MODEL_GIVEN) {
            row.patient = PATIENT_CODE(model_patient(model, vial));
            row.dose = DOSE_CODE(model_dose(vial));
        }
        bulk_add(bulk, &row);
        arena_rewind(bulk->arena, mark);
    }
    bulk_end(bulk);
}

static void make_shipments(struct bulk *bulk, const struct model *model)
{
    bulk_begin(bulk, &shipment_table);
    for (int64_t i = 0; i < model->lots * MODEL_SHIPMENTS; i++) {
        struct arena_mark mark = arena_mark(bulk->arena);
        int64_t first = i % MODEL_SHIPMENTS * MODEL_SHIPPED + 1;
        const struct shipment row = {
            .code = SHIPMENT_CODE(i),
            .from_site = MAKER,
            .to_site = CLINIC_CODE(model_clinic(model, i)),
            .lot = LOT_CODE(i / MODEL_SHIPMENTS),
            .first = first,
            .last = first + MODEL_SHIPPED - 1,
            .unboxed = true,
            .packed_at = {INT64_C(1741600000000000)},
            .packed_by = "SC1",
            .carrier = "Cold Carrier",
            .shipper = "DS-01",
            .coolant = "dry_ice",
            .status = model_is_on_road(model, i) ? "in_transit" : "accepted",
            .entry = 1,
        };
        if (!model_is_retained(i))
            bulk_add(bulk, &row);
        arena_rewind(bulk->arena, mark);
    }
    bulk_end(bulk);
}

static void make_doses(struct bulk *bulk, const struct model *model)
{
    int64_t windows = (model->lots + MODEL_DOSE_WINDOW - 1) / MODEL_DOSE_WINDOW;
    bulk_begin(bulk, &dose_table);
    for (int64_t i = 0; i < windows * MODEL_DOSE_WINDOW * MODEL_VIALS; i++) {
        struct arena_mark mark = arena_mark(bulk->arena);
        int64_t vial = model_vial_of_dose(i);
        if (vial / MODEL_VIALS >= model->lots || model_vial(model, vial) != MODEL_GIVEN)
            continue;
        const struct dose row = {
            .code = DOSE_CODE(i),
            .patient = PATIENT_CODE(model_patient(model, vial)),
            .plan = CODE("PL-%08lld", i),
            .site = CLINIC_CODE(model_clinic(model, vial / MODEL_SHIPPED)),
            .lot = LOT_CODE(vial / MODEL_VIALS),
            .first = vial % MODEL_VIALS + 1,
            .last = vial % MODEL_VIALS + 1,
            .thaw = CODE("TH-%08lld", i),
            .route = "intravenous",
            .session = 1,
            .given_on = {"2025-06-02"},
            .started_at = {INT64_C(1748800000000000)},
            .volume_ul = 1000,
            .waste_ul = 50,
            .given_by = "K1-P1",
            .checked_by = "K1-N1",
            .entry = 1,
        };
        bulk_add(bulk, &row);
        arena_rewind(bulk->arena, mark);
    }
    bulk_end(bulk);
}

static void make_patients(struct bulk *bulk, const struct model *model)
{
    bulk_begin(bulk, &patient_table);
    for (int64_t i = 0; i < model->patients; i++) {
        struct arena_mark mark = arena_mark(bulk->arena);
        const struct patient row = {.code = PATIENT_CODE(i),
                                    .site = CLINIC_CODE(i % MODEL_CLINICS),
                                    .age_years = 40,
                                    .sex = "female",
                                    .language = "ja",
                                    .decision = "eligible",
                                    .entry = 1};
        bulk_add(bulk, &row);
        arena_rewind(bulk->arena, mark);
    }
    bulk_end(bulk);
}

static void add_recall(struct bulk *bulk, int64_t number, const char *donor)
{
    const struct recall row = {.code = CODE("RC-%04lld", number),
                               .site = MAKER,
                               .donor = donor,
                               .class = "I",
                               .why = "reactive_donor",
                               .status = "open",
                               .entry = 1};
    bulk_add(bulk, &row);
}

/* Open recalls: RC-0000 of the small donor, RC-0001 of the big one, RC-0002 of every lot. */
static void make_recalls(struct bulk *bulk, const struct model *model)
{
    bulk_begin(bulk, &recall_table);
    add_recall(bulk, 0, "D-0000");
    add_recall(bulk, 1, "D-0001");
    add_recall(bulk, 2, NULL);
    bulk_end(bulk);
    bulk_begin(bulk, &recall_lot_table);
    for (int64_t lot = 0; lot < model->first[2]; lot++) {
        const struct recall_lot row = {CODE("RC-%04lld", model->donor[lot]), LOT_CODE(lot)};
        bulk_add(bulk, &row);
    }
    for (int64_t lot = 0; lot < model->lots; lot++) {
        const struct recall_lot row = {"RC-0002", LOT_CODE(lot)};
        bulk_add(bulk, &row);
    }
    bulk_end(bulk);
}

int main(int count, char **words)
{
    struct bulk bulk;
    if (count != 4)
        stop("Use: recall_make RECORD LOTS SEED");
    struct model model = model_open(strtoll(words[2], NULL, 10), strtoull(words[3], NULL, 10));
    if (model.donors < 3)
        stop("A record of so few lots has no third donor; give more.");
    bulk_connect(&bulk, words[1]);
    make_sites(&bulk);
    make_donors(&bulk, &model);
    make_links(&bulk, &model);
    make_lots(&bulk, &model);
    make_recalls(&bulk, &model);
    make_shipments(&bulk, &model);
    make_patients(&bulk, &model);
    make_doses(&bulk, &model);
    make_vials(&bulk, &model);
    bulk_disconnect(&bulk);
    model_close(&model);
    return 0;
}
