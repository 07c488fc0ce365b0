/*
 * A sieve with its window, fed as a source feeds it, and what it handed out.
 */
#ifndef MODTRAIL_TESTS_BENCH_H
#define MODTRAIL_TESTS_BENCH_H

#include "parse/sieve.h"
#include "read/newline_index.h"
#include "read/window.h"
#include "reference.h"

struct bench {
	struct sieve *sieve;
	struct window window;
	struct newline_index newlines;
	struct collected_run out;
	struct error err;
};

extern const char *const bench_keys[];	/* "modules" */

void bench_init(struct bench *b, bool all);
void bench_release(struct bench *b);

/* Feeds whole lines through the window; fails the test when the sieve refuses. */
void bench_feed(struct bench *b, const char *text, size_t len);

/* Adds the newline. */
void bench_feed_line(struct bench *b, const char *line);

/* Feeds of about size bytes, ended by the next newline; 0: one line each; 1: of random size. */
void bench_feed_in_parts(struct bench *b, const char *text, size_t len, size_t size);

void bench_flush(struct bench *b);

/* The same numbers for the same seed, everywhere. */
unsigned next_random(unsigned *seed);

/* The end of the line that holds text[at]. */
size_t line_end(const char *text, size_t len, size_t at);

#endif
