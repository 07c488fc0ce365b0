/*
 * Facts in words: the last thing that is done with them.
 */
#ifndef MODTRAIL_VERDICT_DETAIL_H
#define MODTRAIL_VERDICT_DETAIL_H

#include "model/facts.h"

#define DETAIL_MAX 1024

/* What a reason is about, as one line; "" for nothing. Longer texts are cut. */
const char *detail_text(const struct facts *f, char out[static DETAIL_MAX]);

/* Does the fault count something, and is it known how much? Then amount[0] is that. */
bool detail_counts(const struct facts *f);

#endif
