/*
 * A text that grows in a buffer of fixed size. What does not fit is cut; it
 * always ends with NUL.
 */
#ifndef MODTRAIL_BASE_TEXT_H
#define MODTRAIL_BASE_TEXT_H

#include <stddef.h>

struct text {
	char *out;
	size_t size;	/* above 0 */
	size_t len;
};

void text_put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One byte. */
void text_put_char(struct text *t, char c);

/* The word within single quotes, as a shell takes it. */
void text_put_quoted(struct text *t, const char *word);

/* The byte, or '?' for one that a terminal or a shell would obey, or that is no ASCII. */
char text_plain(char c);

#endif
