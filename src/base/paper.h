/* paper.h: what does a printed page look like? Text, rules and codes as PDF, from data alone. */
#ifndef BASE_PAPER_H
#define BASE_PAPER_H

#include "base/matrix.h"

#include <stddef.h>
#include <stdint.h>

/* Lengths are millimetres from the upper left corner, sizes of letters are points. */
struct paper;

struct paper_about {
    const char *title;
    const char *made_at; /* RFC 3339; the only time in the file, so that it comes from the data */
    double width;
    double height;
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
/* A code whose modules are module millimetres wide. */
void paper_matrix(struct paper *paper, const struct spot *spot, const struct matrix *matrix,
                  double module);

void paper_next(struct paper *paper); /* the page is full */

/* The bytes of the file; the same bytes for the same calls, fonts and libraries. */
MUST_USE bool paper_close(struct paper *paper, struct fault *fault, const unsigned char **bytes,
                          size_t *size);

#endif
