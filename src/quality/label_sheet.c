/* label_sheet.c: 50 x 25 mm, four beside each other and eleven below each other on A4. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/label_sheet.h"

#include "base/paper.h"

static const double label_width = 50, label_height = 25, page_left = 5, page_top = 11;
static const double padding = 1.4, module = 0.6, code_room = 12.8, code_high = 13;
enum { ACROSS = 4, DOWN = 11, LINES = 12 };

/* One line: where it stands in the minimum, and how large. */
struct line {
    const char *field;
    const char *text;
    double size;
};

const char *label_serial(struct arena *arena, const char *lot, int64_t serial)
{
    return arena_print(arena, "%s-%04lld", lot, (long long)serial);
}

static void add(struct line *lines, size_t *count, const char *field, double size, const char *text)
{
    lines[(*count)++] = (struct line){field, text, size};
}

static size_t release_lines(struct arena *arena, const struct label_content *is, bool ja,
                            struct line *lines)
{
    size_t count = 0;
    add(lines, &count, "particles_per_vial", 5,
        arena_print(arena, "%s, %s", is->volume, is->particles));
    add(lines, &count, "storage", 5,
        arena_print(arena, ja ? "保存 %s  期限 %s" : "Store %s  Exp. %s", is->storage, is->expiry));
    add(lines, &count, "after_thaw", 5, is->after_thaw);
    add(lines, &count, "tissue", 5,
        arena_print(arena, ja ? "由来 %s  単回使用" : "Source: %s  Single use", is->tissue));
    add(lines, &count, "unapproved", 5,
        ja ? "未承認品 (医薬品・再生医療等製品としての承認なし)"
           : "未承認 Not an approved medicinal product");
    add(lines, &count, "routes", 5, arena_print(arena, ja ? "用法 %s" : "Use: %s", is->routes));
    add(lines, &count, "maker", 4.8, arena_print(arena, ja ? "製造 %s" : "Made by %s", is->maker));
    return count;
}

static size_t lines_of(struct arena *arena, const struct label_sheet *sheet, struct line *lines)
{
    const struct label_content *is = sheet->content;
    const bool ja = sheet->language == WORDING_JA;
    size_t count = 0;
    add(lines, &count, "product", 6, arena_print(arena, "%s %s", is->product, is->class_name));
    if (text_equals(sheet->kind, "release")) {
        count += release_lines(arena, is, ja, lines + count);
    } else {
        add(lines, &count, "status", 8, ja ? "検査中 not released" : "Under test, not released");
        add(lines, &count, "status", 5, ja ? "出荷不可・使用不可" : "Not to be shipped or used");
        add(lines, &count, "maker", 4.8, is->maker);
    }
    if (is->text)
        add(lines, &count, "text", 4.8, is->text);
    return count;
}

const char *label_lines(struct arena *arena, const struct label_sheet *sheet)
{
    struct line lines[LINES];
    struct text text = text_open(arena);
    const size_t count = lines_of(arena, sheet, lines);
    for (size_t i = 0; i < count; i++)
        text_print(&text, "%s\n", lines[i].text);
    return text.bytes;
}

/* The code stands in the upper right corner with its text below; lines beside it are shorter. */
static bool draw_lines(struct paper *paper, struct fault *fault, const struct line *lines,
                       size_t count, const struct spot *corner)
{
    double y = corner->y + padding;
    for (size_t i = 0; i < count; i++) {
        const struct ink ink = {.size = lines[i].size};
        const bool beside = y < corner->y + code_high;
        const struct spot spot = {corner->x + padding, y,
                                  label_width - 2 * padding - (beside ? code_room : 0)};
        const double high = paper_height(paper, spot.width, &ink, lines[i].text);
        if (y + high > corner->y + label_height - 0.4)
            return fail(fault, FAULT_INPUT, lines[i].field,
                        "The label has no room for the line \"%s\"; nothing is left out or cut, "
                        "so make the text shorter.",
                        lines[i].text);
        paper_write(paper, &spot, &ink, lines[i].text);
        y += high + 0.1;
    }
    return true;
}

static bool draw_code(struct paper *paper, struct fault *fault, const char *serial,
                      const struct spot *corner)
{
    struct matrix matrix;
    const struct ink ink = {.size = 4.6, .side = PAPER_CENTRE};
    if (!matrix_make(fault, serial, &matrix))
        return false;
    const double side = matrix.size * module;
    const struct spot spot = {corner->x + label_width - padding - side, corner->y + padding, side};
    const struct spot below = {corner->x + label_width - padding - code_room + 0.6,
                               spot.y + side + 0.3, code_room};
    if (side > code_room - 2 * module)
        return fail(fault, FAULT_INPUT, "lot",
                    "The code of %s is larger than the label has room for; use a shorter lot code.",
                    serial);
    if (paper_width(paper, &ink, serial) > code_room)
        return fail(fault, FAULT_INPUT, "lot",
                    "The serial %s is wider than the label has room for; use a shorter lot code.",
                    serial);
    paper_matrix(paper, &spot, &matrix, module);
    paper_write(paper, &below, &ink, serial);
    return true;
}

static bool draw_label(struct arena *arena, struct paper *paper, struct fault *fault,
                       const struct label_sheet *sheet, int64_t index)
{
    struct line lines[LINES];
    const int64_t on_page = index % LABELS_PER_PAGE;
    const int64_t row = on_page / ACROSS;
    const int64_t column = on_page - row * ACROSS;
    const struct spot corner = {page_left + (double)column * label_width,
                                page_top + (double)row * label_height, label_width};
    const char *serial = label_serial(arena, sheet->content->lot, sheet->first + index);
    const size_t count = lines_of(arena, sheet, lines);
    paper_frame(paper, &corner, label_height, 0.8);
    return draw_code(paper, fault, serial, &corner) &&
           draw_lines(paper, fault, lines, count, &corner);
}

bool label_draw(struct arena *arena, struct fault *fault, const struct label_sheet *sheet,
                const unsigned char **bytes, size_t *size)
{
    struct paper *paper = NULL;
    const struct paper_about about = {
        .title = arena_print(arena, "Labels %s to %s",
                             label_serial(arena, sheet->content->lot, sheet->first),
                             label_serial(arena, sheet->content->lot, sheet->last)),
        .made_at = sheet->made_at,
        .width = 210,
        .height = 297,
    };
    if (!paper_open(arena, fault, &about, &paper))
        return false;
    for (int64_t i = 0; i <= sheet->last - sheet->first; i++) {
        if (i && i % LABELS_PER_PAGE == 0)
            paper_next(paper);
        if (!draw_label(arena, paper, fault, sheet, i))
            return false;
    }
    return paper_close(paper, fault, bytes, size);
}
