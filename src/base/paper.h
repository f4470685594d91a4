/* paper.h: what does a printed page look like? Text, drawings and codes as PDF or PNG, from data
 * alone. */
#ifndef BASE_PAPER_H
#define BASE_PAPER_H

#include "base/matrix.h"

#include <stddef.h>
#include <stdint.h>

/* Lengths are millimetres from the upper left corner, sizes of letters are points. */
struct paper;

/* Where something was written, from the upper left corner of its page. */
struct paper_box {
    double left;
    double top;
    double right;
    double bottom;
    size_t page; /* from 1 */
};

struct paper_about {
    const char *title;
    const char *made_at; /* RFC 3339; the only time in the file, so that it comes from the data;
                            NULL: the file tells none */
    double width;
    double height;
    double dots_per_inch; /* above 0 it becomes a PNG, all pages below one another */
    size_t pages;         /* of a PNG */
    /* Told of every text and drawing that leaves ink, text being NULL for a drawing; may be NULL.
     */
    void (*inked)(void *context, const struct paper_box *box, const char *text);
    void *context;
};

enum paper_side { PAPER_LEFT, PAPER_CENTRE, PAPER_RIGHT };

struct ink {
    double size;
    double grey; /* 0 is black */
    enum paper_side side;
    double leading; /* from line to line, over the height of one; 0: as the font has it */
};

struct spot {
    double x;
    double y;
    double width; /* text is broken at it */
};

/* Fails with the name of the package where the font is missing. Closed with the arena, too. */
MUST_USE bool paper_open(struct arena *arena, struct fault *fault, const struct paper_about *about,
                         struct paper **paper);

/* Writes text and returns its height. */
double paper_write(struct paper *paper, const struct spot *spot, const struct ink *ink,
                   const char *text);
/* The height that it would take. */
double paper_height(struct paper *paper, double width, const struct ink *ink, const char *text);
/* The width of the widest line when nothing is broken. */
double paper_width(struct paper *paper, const struct ink *ink, const char *text);

/* A rule from (x, y), thick millimetres, down where it is vertical. */
void paper_rule(struct paper *paper, const struct spot *spot, double thick, double grey);
/* A filled box. */
void paper_fill(struct paper *paper, const struct spot *spot, double height, double grey);
/* An outlined box. */
void paper_frame(struct paper *paper, const struct spot *spot, double height, double grey);

struct point {
    double x;
    double y;
};

/* A grey of 0 is black; the tint turns it towards blue and leaves it as dark as it is, so that a
 * print without colours says the same. */
struct pen {
    double thick;
    double grey;
    bool tinted;
    double dash; /* length of a dash and of the gap behind it; 0: a whole line */
};

/* A line through points. */
void paper_line(struct paper *paper, const struct pen *pen, const struct point *points,
                size_t count);
/* A filled area with these corners; thick and dash say nothing. */
void paper_area(struct paper *paper, const struct pen *pen, const struct point *points,
                size_t count);
/* Nothing is drawn outside of the box until paper_unclip. */
void paper_clip(struct paper *paper, const struct spot *spot, double height);
void paper_unclip(struct paper *paper);

/* A code whose modules are module millimetres wide. */
void paper_matrix(struct paper *paper, const struct spot *spot, const struct matrix *matrix,
                  double module);

void paper_next(struct paper *paper); /* the page is full */

/* The bytes of the file; the same bytes for the same calls, fonts and libraries. */
MUST_USE bool paper_close(struct paper *paper, struct fault *fault, const unsigned char **bytes,
                          size_t *size);

#endif
