/* paper.c: a thin cover over cairo and Pango. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/paper.h"

#include "base/text.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

/* Chosen for its even strokes at small sizes and its own Latin letters; embedded as a subset. */
#define PAPER_FONT "VL PGothic"
#define PAPER_FONT_PACKAGE "fonts-vlgothic"

static const double points_per_mm = 72.0 / 25.4;

struct paper {
    struct arena *arena;
    struct text bytes;
    struct paper_about about;
    struct paper_box clip; /* of no width where nothing is clipped */
    size_t page;           /* from 1 */
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout;
};

static cairo_status_t keep_bytes(void *closure, const unsigned char *data, unsigned int length)
{
    struct paper *paper = closure;
    text_add_bytes(&paper->bytes, (const char *)data, length);
    return CAIRO_STATUS_SUCCESS;
}

static void release(void *thing)
{
    struct paper *paper = thing;
    g_clear_object(&paper->layout);
    g_clear_object(&paper->context);
    g_clear_object(&paper->fonts);
    if (paper->cairo)
        cairo_destroy(paper->cairo);
    if (paper->surface)
        cairo_surface_destroy(paper->surface);
    paper->cairo = NULL;
    paper->surface = NULL;
}

static bool has_font(PangoContext *context)
{
    PangoFontDescription *asked = pango_font_description_from_string(PAPER_FONT);
    PangoFont *font = pango_context_load_font(context, asked);
    PangoFontDescription *got = font ? pango_font_describe(font) : NULL;
    bool same = got && text_equals(pango_font_description_get_family(got), PAPER_FONT);
    pango_font_description_free(asked);
    if (got)
        pango_font_description_free(got);
    if (font)
        g_object_unref(font);
    return same;
}

static void set_metadata(struct paper *paper, const struct paper_about *about)
{
    cairo_surface_t *surface = paper->surface;
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, about->title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "exoledger");
    /* NULL takes the clock of the machine out, which cairo would write. */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, about->made_at);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, about->made_at);
}

/* Outlines are not fitted to a raster, so that widths are the same at every size. */
static void set_fonts(struct paper *paper)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    paper->fonts = pango_cairo_font_map_new();
    paper->context = pango_font_map_create_context(paper->fonts);
    pango_cairo_context_set_font_options(paper->context, options);
    pango_context_set_round_glyph_positions(paper->context, FALSE);
    pango_context_set_language(paper->context, pango_language_from_string("ja"));
    cairo_font_options_destroy(options);
    paper->layout = pango_layout_new(paper->context);
    pango_layout_set_wrap(paper->layout, PANGO_WRAP_WORD_CHAR);
}

/* A page is white, while an image begins without any colour. */
static void open_image(struct paper *paper, const struct paper_about *about)
{
    double dots_per_mm = about->dots_per_inch / 25.4;
    double height = about->height * (double)(about->pages > 0 ? about->pages : 1);
    paper->surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)lround(about->width * dots_per_mm),
                                   (int)lround(height * dots_per_mm));
    paper->cairo = cairo_create(paper->surface);
    cairo_set_source_rgb(paper->cairo, 1, 1, 1);
    cairo_paint(paper->cairo);
    cairo_scale(paper->cairo, dots_per_mm, dots_per_mm);
}

static void open_pdf(struct paper *paper, const struct paper_about *about)
{
    paper->surface = cairo_pdf_surface_create_for_stream(
        keep_bytes, paper, about->width * points_per_mm, about->height * points_per_mm);
    set_metadata(paper, about);
    paper->cairo = cairo_create(paper->surface);
    cairo_scale(paper->cairo, points_per_mm, points_per_mm);
}

bool paper_open(struct arena *arena, struct fault *fault, const struct paper_about *about,
                struct paper **opened)
{
    struct paper *paper = arena_take(arena, sizeof *paper);
    *paper = (struct paper){.arena = arena, .bytes = text_open(arena), .about = *about, .page = 1};
    arena_defer(arena, release, paper);
    if (about->dots_per_inch > 0)
        open_image(paper, about);
    else
        open_pdf(paper, about);
    set_fonts(paper);
    *opened = paper;
    return has_font(paper->context) ||
           fail(fault, FAULT_STORAGE, "font",
                "The font " PAPER_FONT " is missing, so nothing can be printed; install the "
                "package " PAPER_FONT_PACKAGE ".");
}

/* A line does not break within the name of an option, such as --depth-um. */
static void keep_options_whole(struct paper *paper, const char *text)
{
    PangoAttrList *list = pango_attr_list_new();
    for (const char *at = strstr(text, "--"); at; at = strstr(at, "--")) {
        size_t size = strspn(at, "abcdefghijklmnopqrstuvwxyz-");
        PangoAttribute *whole = pango_attr_allow_breaks_new(FALSE);
        whole->start_index = (guint)(at - text);
        whole->end_index = (guint)(at - text) + (guint)size;
        pango_attr_list_insert(list, whole);
        at += size;
    }
    pango_layout_set_attributes(paper->layout, list);
    pango_attr_list_unref(list);
}

static void lay_out(struct paper *paper, const struct ink *ink, double width, const char *text)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, PAPER_FONT);
    pango_font_description_set_absolute_size(font, ink->size / points_per_mm * PANGO_SCALE);
    pango_layout_set_font_description(paper->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(paper->layout, width > 0 ? (int)(width * PANGO_SCALE) : -1);
    pango_layout_set_alignment(paper->layout, ink->side == PAPER_RIGHT    ? PANGO_ALIGN_RIGHT
                                              : ink->side == PAPER_CENTRE ? PANGO_ALIGN_CENTER
                                                                          : PANGO_ALIGN_LEFT);
    pango_layout_set_line_spacing(paper->layout, (float)ink->leading);
    pango_layout_set_text(paper->layout, text, -1);
    keep_options_whole(paper, text);
}

static void measure(struct paper *paper, double *width, double *height)
{
    PangoRectangle size;
    pango_layout_get_extents(paper->layout, NULL, &size);
    *width = (double)size.width / PANGO_SCALE;
    *height = (double)size.height / PANGO_SCALE;
}

static void tell(struct paper *paper, struct paper_box box, const char *text)
{
    const struct paper_box *clip = &paper->clip;
    if (!paper->about.inked)
        return;
    if (clip->right > clip->left) {
        box.left = fmax(box.left, clip->left);
        box.top = fmax(box.top, clip->top);
        box.right = fmin(box.right, clip->right);
        box.bottom = fmin(box.bottom, clip->bottom);
    }
    box.page = paper->page;
    if (box.right >= box.left && box.bottom >= box.top)
        paper->about.inked(paper->about.context, &box, text);
}

/* Where the letters are, which is not where a narrow text stands in its room. */
static void tell_text(struct paper *paper, const struct spot *spot, const char *text)
{
    PangoRectangle size;
    pango_layout_get_extents(paper->layout, &size, NULL);
    double left = spot->x + (double)size.x / PANGO_SCALE;
    double top = spot->y + (double)size.y / PANGO_SCALE;
    tell(paper,
         (struct paper_box){left, top, left + (double)size.width / PANGO_SCALE,
                            top + (double)size.height / PANGO_SCALE, 0},
         text);
}

static void set_grey(struct paper *paper, double grey)
{
    cairo_set_source_rgb(paper->cairo, grey, grey, grey);
}

double paper_write(struct paper *paper, const struct spot *spot, const struct ink *ink,
                   const char *text)
{
    double width = 0;
    double height = 0;
    lay_out(paper, ink, spot->width, text);
    measure(paper, &width, &height);
    set_grey(paper, ink->grey);
    cairo_move_to(paper->cairo, spot->x, spot->y);
    pango_cairo_show_layout(paper->cairo, paper->layout);
    tell_text(paper, spot, text);
    return height;
}

double paper_height(struct paper *paper, double room, const struct ink *ink, const char *text)
{
    double width = 0;
    double height = 0;
    lay_out(paper, ink, room, text);
    measure(paper, &width, &height);
    return height;
}

double paper_width(struct paper *paper, const struct ink *ink, const char *text)
{
    double width = 0;
    double height = 0;
    lay_out(paper, ink, 0, text);
    measure(paper, &width, &height);
    return width;
}

void paper_fill(struct paper *paper, const struct spot *spot, double height, double grey)
{
    set_grey(paper, grey);
    cairo_rectangle(paper->cairo, spot->x, spot->y, spot->width, height);
    cairo_fill(paper->cairo);
    tell(paper, (struct paper_box){spot->x, spot->y, spot->x + spot->width, spot->y + height, 0},
         NULL);
}

void paper_rule(struct paper *paper, const struct spot *spot, double thick, double grey)
{
    paper_fill(paper, spot, thick, grey);
}

void paper_frame(struct paper *paper, const struct spot *spot, double height, double grey)
{
    set_grey(paper, grey);
    cairo_set_line_width(paper->cairo, 0.1);
    cairo_rectangle(paper->cairo, spot->x, spot->y, spot->width, height);
    cairo_stroke(paper->cairo);
    tell(paper, (struct paper_box){spot->x, spot->y, spot->x + spot->width, spot->y + height, 0},
         NULL);
}

/* By the weights of Rec. 709 the tint is as light as the grey that it stands for. */
static void set_pen(struct paper *paper, const struct pen *pen)
{
    const double blue = fmin(1, pen->grey + 0.35), red = fmax(0, pen->grey - 0.15);
    const double green = fmin(1, fmax(0, (pen->grey - 0.2126 * red - 0.0722 * blue) / 0.7152));
    if (pen->tinted)
        cairo_set_source_rgb(paper->cairo, red, green, blue);
    else
        set_grey(paper, pen->grey);
}

static void draw_path(struct paper *paper, double margin, const struct point *points, size_t count)
{
    struct paper_box box = {points[0].x, points[0].y, points[0].x, points[0].y, 0};
    cairo_new_path(paper->cairo);
    for (size_t i = 0; i < count; i++) {
        cairo_line_to(paper->cairo, points[i].x, points[i].y);
        box.left = fmin(box.left, points[i].x - margin);
        box.top = fmin(box.top, points[i].y - margin);
        box.right = fmax(box.right, points[i].x + margin);
        box.bottom = fmax(box.bottom, points[i].y + margin);
    }
    tell(paper, box, NULL);
}

void paper_line(struct paper *paper, const struct pen *pen, const struct point *points,
                size_t count)
{
    if (count < 2)
        return;
    set_pen(paper, pen);
    cairo_set_line_width(paper->cairo, pen->thick);
    cairo_set_line_join(paper->cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(paper->cairo, &pen->dash, pen->dash > 0, 0);
    draw_path(paper, pen->thick / 2, points, count);
    cairo_stroke(paper->cairo);
    cairo_set_dash(paper->cairo, NULL, 0, 0);
}

void paper_area(struct paper *paper, const struct pen *pen, const struct point *points,
                size_t count)
{
    if (count < 3)
        return;
    set_pen(paper, pen);
    draw_path(paper, 0, points, count);
    cairo_close_path(paper->cairo);
    cairo_fill(paper->cairo);
}

void paper_clip(struct paper *paper, const struct spot *spot, double height)
{
    cairo_save(paper->cairo);
    cairo_rectangle(paper->cairo, spot->x, spot->y, spot->width, height);
    cairo_clip(paper->cairo);
    paper->clip = (struct paper_box){spot->x, spot->y, spot->x + spot->width, spot->y + height, 0};
}

void paper_unclip(struct paper *paper)
{
    cairo_restore(paper->cairo);
    paper->clip = (struct paper_box){0};
}

/* One path of whole runs: no seams between squares that lie beside each other. */
void paper_matrix(struct paper *paper, const struct spot *spot, const struct matrix *matrix,
                  double module)
{
    set_grey(paper, 0);
    for (int row = 0; row < matrix->size; row++)
        for (int from = 0, to = 0; from < matrix->size; from = to + 1) {
            for (to = from; to < matrix->size && matrix->dark[row][to]; to++)
                continue;
            if (to > from)
                cairo_rectangle(paper->cairo, spot->x + from * module, spot->y + row * module,
                                (to - from) * module, module);
        }
    cairo_fill(paper->cairo);
}

void paper_next(struct paper *paper)
{
    paper->page++;
    if (paper->about.dots_per_inch > 0)
        cairo_translate(paper->cairo, 0, paper->about.height);
    else
        cairo_show_page(paper->cairo);
}

static bool finish(struct paper *paper)
{
    if (paper->about.dots_per_inch > 0)
        return cairo_status(paper->cairo) == CAIRO_STATUS_SUCCESS &&
               cairo_surface_write_to_png_stream(paper->surface, keep_bytes, paper) ==
                   CAIRO_STATUS_SUCCESS;
    cairo_show_page(paper->cairo);
    cairo_surface_finish(paper->surface);
    return cairo_status(paper->cairo) == CAIRO_STATUS_SUCCESS &&
           cairo_surface_status(paper->surface) == CAIRO_STATUS_SUCCESS;
}

bool paper_close(struct paper *paper, struct fault *fault, const unsigned char **bytes,
                 size_t *size)
{
    bool worked = finish(paper);
    *bytes = (const unsigned char *)paper->bytes.bytes;
    *size = paper->bytes.length;
    release(paper);
    return worked || fail(fault, FAULT_STORAGE, "", "The page could not be made.");
}
