/*
 * Text from logs is hostile. It is stored as it was and escaped here, for the
 * place where it is printed.
 */
#ifndef MODTRAIL_BASE_ESCAPE_H
#define MODTRAIL_BASE_ESCAPE_H

#include "base/util.h"

#include <stdio.h>

enum escape {
	ESCAPE_TERMINAL,	/* as ESCAPE_FILE, and every byte beyond ASCII as \xNN where the encoding
				   of the locale (LC_CTYPE) is not UTF-8 */
	ESCAPE_FILE,		/* control bytes, invalid UTF-8 and characters that turn or hide text
				   (C1, bidi controls, zero width, line separators) as \n, \t, \xNN or
				   \u{NNNN}; a backslash is doubled, so that nothing is ambiguous */
	ESCAPE_CSV,		/* as above; and one cell of RFC 4180: quoted where needed, and with a
				   leading ' where a spreadsheet would see a formula (= + - @) */
	ESCAPE_JSON,		/* one JSON string with its quotes; invalid UTF-8 becomes U+FFFD */
	ESCAPE_HTML,		/* text or attribute value: & < > " ' as entities, the rest as ESCAPE_FILE */
};

/* Writes text escaped for its place. Errors stay in the stream (ferror). */
void escape_print(FILE *out, enum escape how, struct bytes text);

/*
 * The same into a fresh string: *out is the caller's to free. Returns its
 * length, or ERR_NOMEM's value.
 */
must_check int64_t escape_text(char **out, enum escape how, struct bytes text);

/*
 * The same, for a terminal, of the first characters of text: as many as take no more than
 * most places there. An ellipsis stands for the rest.
 */
must_check int64_t escape_shortened(char **out, struct bytes text, size_t most);

#endif
