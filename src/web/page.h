/* page.h: the page at the root: what this is, how far the record has come, how to ask it. */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "chain/work.h"

/* Nothing in it comes from elsewhere, and no script runs. */
MUST_USE bool page_write(struct work *work, struct text *out);

/* The Content-Security-Policy that lets this page and nothing else be shown. */
const char *page_policy(struct arena *arena);

#endif
