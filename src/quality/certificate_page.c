/* certificate_page.c: A4, bilingual, with a footer that names record, entry and hash. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/certificate_page.h"

#include "base/paper.h"
#include "quality/figure.h"
#include "quality/wording.h"

#include <string.h>

static const double left = 15, wide = 180, top = 12, bottom = 275, gap = 0.7;
static const struct ink title_ink = {.size = 17};
static const struct ink lead_ink = {.size = 10};
static const struct ink head_ink = {.size = 7, .grey = 0.35, .leading = 1.12};
static const struct ink cell_ink = {.size = 7.4, .leading = 1.12};
static const struct ink note_ink = {.size = 7, .leading = 1.15};
static const struct ink foot_ink = {.size = 6, .grey = 0.3, .leading = 1.12};

enum { COLUMNS = 6 };
static const struct {
    const char *head;
    double width;
} columns[COLUMNS] = {
    {"試験項目\nTest", 36}, {"方法\nMethod", 42},
    {"結果\nResult", 31},   {"規格・判定方法\nLimit, rule", 34},
    {"判定\nVerdict", 17},  {"試験日・番号\nDate, code", 20},
};

struct leaf {
    struct arena *arena;
    struct paper *paper;
    const struct certificate_data *data;
    const char *sha256;
    double y;
    int number;
    int total; /* 0 while pages are counted */
};

static double write(struct leaf *leaf, double x, double width, const struct ink *ink,
                    const char *text)
{
    const struct spot spot = {x, leaf->y, width};
    return paper_write(leaf->paper, &spot, ink, text);
}

static void rule(struct leaf *leaf, double thick, double grey)
{
    const struct spot spot = {left, leaf->y, wide};
    paper_rule(leaf->paper, &spot, thick, grey);
}

static void foot(struct leaf *leaf)
{
    const struct certificate_data *data = leaf->data;
    const struct ink right = {foot_ink.size, foot_ink.grey, PAPER_RIGHT, foot_ink.leading};
    leaf->y = bottom + 2.6;
    rule(leaf, 0.1, 0.6);
    leaf->y += 1;
    leaf->y +=
        write(leaf, left, wide, &foot_ink,
              arena_print(leaf->arena, "%s   データの SHA-256 (正準 JSON) SHA-256 of the data: %s",
                          data->code, leaf->sha256));
    leaf->y += write(leaf, left, wide, &foot_ink,
                     arena_print(leaf->arena, "記録 Record %s   登録番号 Entry %lld   %s",
                                 data->record, (long long)data->release_entry, data->release_hash));
    leaf->y += write(leaf, left, wide, &right,
                     arena_print(leaf->arena, "%d / %d ページ Page %d of %d", leaf->number,
                                 leaf->total, leaf->number, leaf->total));
}

static void begin(struct leaf *leaf)
{
    leaf->number++;
    leaf->y = top;
}

static void turn(struct leaf *leaf)
{
    foot(leaf);
    paper_next(leaf->paper);
    begin(leaf);
    leaf->y +=
        write(leaf, left, wide, &head_ink,
              arena_print(leaf->arena, "試験成績書 Certificate of analysis %s  ロット Lot %s",
                          leaf->data->code, leaf->data->lot)) +
        2;
}

static void need(struct leaf *leaf, double height)
{
    if (leaf->y + height > bottom)
        turn(leaf);
}

static const char *both(struct arena *arena, const char *word)
{
    const char *ja = wording_of(arena, word, WORDING_JA);
    const char *en = wording_of(arena, word, WORDING_EN);
    return text_equals(ja, en) ? ja : arena_print(arena, "%s %s", ja, en);
}

static void title(struct leaf *leaf)
{
    const struct certificate_data *data = leaf->data;
    const struct ink right = {lead_ink.size, lead_ink.grey, PAPER_RIGHT, 0};
    const double first = leaf->y;
    leaf->y += 1.4;
    write(leaf, left, wide, &right, data->code);
    leaf->y = first;
    leaf->y += write(leaf, left, wide, &title_ink, "試験成績書");
    leaf->y += write(leaf, left, wide, &lead_ink, "Certificate of analysis") + 2;
    rule(leaf, 0.5, 0);
    leaf->y += 2.2;
}

/* One fact with its name, in the left (0) or right (1) half. */
static double fact(struct leaf *leaf, int half, const char *name, const char *text)
{
    const double x = left + half * (wide / 2 + 2);
    const double one = write(leaf, x, 34, &head_ink, name);
    const double other = write(leaf, x + 35, wide / 2 - 37, &cell_ink, text ? text : "-");
    return one > other ? one : other;
}

static void pair(struct leaf *leaf, const char *const names[2], const char *const texts[2])
{
    const double one = fact(leaf, 0, names[0], texts[0]);
    const double other = fact(leaf, 1, names[1], texts[1]);
    leaf->y += (one > other ? one : other) + gap;
}
#define PAIR(leaf, one, one_text, other, other_text)                                               \
    pair(leaf, (const char *const[]){one, other}, (const char *const[]){one_text, other_text})

static void facts(struct leaf *leaf)
{
    const struct certificate_data *data = leaf->data;
    struct arena *arena = leaf->arena;
    const struct real volume = {"", (double)data->volume_per_vial_ul / 1000};
    PAIR(leaf, "製造者 Maker", data->maker, "ロット Lot", data->lot);
    PAIR(leaf, "製品・区分 Product, class",
         arena_print(arena, "%s %s\n%s", data->product,
                     wording_of(arena, data->product_class, WORDING_JA),
                     wording_of(arena, data->product_class, WORDING_EN)),
         "規格 Specification", data->specification);
    PAIR(leaf, "由来組織 Source tissue", both(arena, data->tissue), "充填日 Filled",
         data->filled_on);
    PAIR(leaf, "製造数 Vials made",
         arena_print(arena, "%lld x %s mL", (long long)data->vials_made,
                     figure_fixed(arena, &volume, 2)),
         "使用期限 Last usable day", data->expires_on);
    PAIR(leaf, "出荷可能数 Vials released",
         arena_print(arena, "%lld", (long long)data->vials_released), "承認 Approval",
         "未承認品 not an approved medicine");
    leaf->y += 1.5;
}

static void heads(struct leaf *leaf)
{
    double x = left;
    double high = 0;
    rule(leaf, 0.25, 0);
    leaf->y += gap;
    for (size_t i = 0; i < COLUMNS; i++) {
        const double each = write(leaf, x, columns[i].width - 1.5, &head_ink, columns[i].head);
        high = each > high ? each : high;
        x += columns[i].width;
    }
    leaf->y += high + gap;
    rule(leaf, 0.25, 0);
}

static bool stands(const struct certificate_test *test)
{
    return text_equals(test->standing, "standing");
}

static const char *result_of(struct arena *arena, const struct certificate_test *test)
{
    struct text text = text_open(arena);
    const char *unit = test->unit ? test->unit : "";
    text_print(&text, "%s%s%s", test->result ? both(arena, test->result) : "-", *unit ? " " : "",
               unit);
    if (test->uncertainty)
        text_print(&text, "\n± %s", test->uncertainty);
    if (test->loq)
        text_print(&text, "\nLOQ %s", test->loq);
    if (test->beside)
        text_print(&text, "\n%s", test->beside);
    if (test->reason)
        text_print(&text, "\n%s", wording_of(arena, test->reason, WORDING_EN));
    return text.bytes;
}

/* On paper "<= 5 %" is written as in print. */
static const char *printed_limit(struct arena *arena, const char *limit)
{
    if (text_starts(limit, "<= "))
        return arena_print(arena, "≤ %s", limit + strlen("<= "));
    return text_starts(limit, ">= ") ? arena_print(arena, "≥ %s", limit + strlen(">= ")) : limit;
}

/* Outcomes that are allowed stand with colons between them. */
static const char *limit_of(struct arena *arena, const char *limit)
{
    size_t count = 0;
    struct text text = text_open(arena);
    const char **words = text_split(arena, limit, ':', &count);
    for (size_t i = 0; i < count; i++)
        text_print(&text, "%s%s", i ? "\n" : "", both(arena, printed_limit(arena, words[i])));
    return text.bytes;
}

static const char *verdict_of_test(struct arena *arena, const struct certificate_test *test)
{
    if (text_equals(test->standing, "invalidated"))
        return "無効\ninvalidated";
    if (!stands(test))
        return "訂正前\namended";
    if (!test->verdict)
        return "参考\nno limit";
    return arena_print(arena, "%s\n%s", wording_of(arena, test->verdict, WORDING_JA),
                       wording_of(arena, test->verdict, WORDING_EN));
}

static void fill_cells(struct arena *arena, const struct certificate_test *test,
                       const char *cells[COLUMNS])
{
    const char *ja = wording_of(arena, test->attribute, WORDING_JA);
    const char *en = wording_of(arena, test->attribute, WORDING_EN);
    cells[0] = text_equals(ja, en) ? ja : arena_print(arena, "%s\n%s", ja, en);
    if (!stands(test))
        cells[0] = arena_print(arena, "%s 初回値 first value", ja);
    cells[1] = test->method ? test->method : "-";
    cells[2] = result_of(arena, test);
    cells[3] = test->limit ? arena_print(arena, "%s\n%s", limit_of(arena, test->limit),
                                         both(arena, test->decision_rule))
                           : "-";
    cells[4] = verdict_of_test(arena, test);
    cells[5] = arena_print(arena, "%s\n%s", test->read_on ? test->read_on : "-", test->code);
}

/* The row before it may have the same method of the same assay; then it is not printed twice. */
static void test_row(struct leaf *leaf, const struct certificate_test *test,
                     const struct certificate_test *before)
{
    const char *cells[COLUMNS];
    double high = 0;
    double x = left;
    const struct ink ink = {cell_ink.size, stands(test) ? 0 : 0.35, PAPER_LEFT, cell_ink.leading};
    fill_cells(leaf->arena, test, cells);
    if (before && text_equals(before->code, test->code) &&
        text_equals(before->method, test->method))
        cells[1] = "同上 as above";
    for (size_t i = 0; i < COLUMNS; i++) {
        const double each = paper_height(leaf->paper, columns[i].width - 1.5, &ink, cells[i]);
        high = each > high ? each : high;
    }
    if (leaf->y + high + 2 * gap > bottom) {
        turn(leaf);
        heads(leaf);
    }
    leaf->y += gap;
    for (size_t i = 0; i < COLUMNS; i++) {
        write(leaf, x, columns[i].width - 1.5, &ink, cells[i]);
        x += columns[i].width;
    }
    leaf->y += high + gap;
    rule(leaf, 0.08, 0.6);
}

static void figures(struct leaf *leaf)
{
    const struct rows *rows = &leaf->data->figures;
    struct text text = text_open(leaf->arena);
    for (size_t i = 0; i < rows->count; i++) {
        const struct certificate_figure *figure = &ROWS(*rows, const struct certificate_figure)[i];
        text_print(&text, "%s%s %s", i ? "   " : "", both(leaf->arena, figure->name),
                   figure->value);
        if (figure->uncertainty)
            text_print(&text, " ± %s (k = 1)", figure->uncertainty);
    }
    const char *line = rows->count ? text.bytes : "なし none";
    need(leaf, 14);
    leaf->y += 2.5;
    leaf->y += write(leaf, left, wide, &head_ink, "工程の数値 Process figures") + 0.6;
    leaf->y += write(leaf, left, wide, &cell_ink, line) + 1.6;
}

static void notes(struct leaf *leaf)
{
    const bool none = text_equals(leaf->data->potency, "none");
    const char *potency = none ? "力価: 未確立  Potency: none established."
                               : arena_print(leaf->arena, "力価 Potency: %s", leaf->data->potency);
    static const char said[] =
        "単純受入: 値だけで判定し、区間を併記する。Simple: the value alone decides, its interval "
        "is printed beside it.\n"
        "NTA は粒子を数え、EV のみを数えるものではない。NTA counts particles, not only EV.\n"
        "無効とした値・訂正した値も表示する。Values that were invalidated or amended stay shown.";
    const double high = paper_height(leaf->paper, wide, &note_ink, said);
    need(leaf, high + 8);
    leaf->y += write(leaf, left, wide, &cell_ink, potency) + 0.8;
    leaf->y += write(leaf, left, wide, &note_ink, said) + 2;
}

static void signature(struct leaf *leaf)
{
    const struct certificate_data *data = leaf->data;
    need(leaf, 18);
    leaf->y += 1;
    rule(leaf, 0.25, 0);
    leaf->y += 2;
    leaf->y +=
        write(leaf, left, wide, &cell_ink,
              arena_print(leaf->arena,
                          "出荷判定 Released by: %s (%s)   %s   意味 Meaning: 出荷可 released",
                          data->released_by_name, data->released_by,
                          text_exchange(leaf->arena, data->released_at, 'T', ' ')));
    leaf->y += 0.8;
    leaf->y += write(leaf, left, wide, &note_ink,
                     "電子署名により発行。本書の内容は記録から生成された。"
                     "Issued on an electronic signature; generated from the record.");
}

static void draw_all(struct leaf *leaf)
{
    const struct rows *tests = &leaf->data->tests;
    begin(leaf);
    title(leaf);
    facts(leaf);
    heads(leaf);
    for (size_t i = 0; i < tests->count; i++)
        test_row(leaf, &ROWS(*tests, const struct certificate_test)[i],
                 i ? &ROWS(*tests, const struct certificate_test)[i - 1] : NULL);
    figures(leaf);
    notes(leaf);
    signature(leaf);
    foot(leaf);
}

bool certificate_draw(struct arena *arena, struct fault *fault, const struct certificate_data *data,
                      const char *data_sha256, const unsigned char **bytes, size_t *size)
{
    struct leaf leaf = {.arena = arena, .data = data, .sha256 = data_sha256};
    const struct paper_about about = {
        .title = arena_print(arena, "Certificate of analysis %s", data->code),
        .made_at = data->released_at,
        .width = 210,
        .height = 297,
    };
    for (int round = 0; round < 2; round++) { /* the first one counts the pages */
        leaf.total = leaf.number;
        leaf.number = 0;
        if (!paper_open(arena, fault, &about, &leaf.paper))
            return false;
        draw_all(&leaf);
        if (!paper_close(leaf.paper, fault, bytes, size))
            return false;
    }
    return true;
}
