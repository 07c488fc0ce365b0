/*
 * Shared by the files of check, and by nobody else.
 *
 * verdict/check.c           what is derived, and in which order
 * verdict/check_compare.c   any two tables
 * verdict/check_vouched.c   days, against the digests in the log
 */
#ifndef MODTRAIL_VERDICT_CHECK_PRIVATE_H
#define MODTRAIL_VERDICT_CHECK_PRIVATE_H

#include "verdict/check.h"

struct checker {
	struct store *store;
	const struct checking *how;
	struct check_counts *counts;
};

/* Counts and tells it. */
must_check int check_tell(struct checker *c, const struct difference *d, struct error *err);

/* Tells in what the tables of the trail differ from those that were derived. */
must_check int check_compare(struct checker *c, struct error *err);

/* Tells which days are not as the digests in the log have them, and counts the others. */
must_check int check_vouched(struct checker *c, struct error *err);

#endif
