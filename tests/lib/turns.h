/*
 * In tests store_begin() and store_commit() look whether a statement is at a
 * row, which fails the test (turns.c).
 */
#ifndef TURNS_H
#define TURNS_H

#include "trail/store.h"

/* As store_begin(), without that look. */
int begin_while_reading(struct store *s, struct error *err);

#endif
