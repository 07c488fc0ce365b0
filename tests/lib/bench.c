#include "bench.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

const char *const bench_keys[] = { "modules", NULL };

void bench_init(struct bench *b, bool all)
{
	struct sieve_options options = { .all = all, .keys = bench_keys, .emit = gather_fragment,
					 .arg = &b->out };

	*b = (struct bench){ .sieve = sieve_new(&options) };
	assert_non_null(b->sieve);
	assert_int_equal(window_init(&b->window), 0);
}

void bench_release(struct bench *b)
{
	sieve_free(b->sieve);
	window_release(&b->window);
	gathered_release(&b->out);
}

/* As a source does it: what was read last begins anywhere in a line, and has its line ends known. */
void bench_feed(struct bench *b, const char *text, size_t len)
{
	uint64_t at = window_end(&b->window);
	size_t before = len / 3;
	char *room;

	assert_true(window_room(&b->window, at, &room) >= len);
	memcpy(room, text, len);
	newline_index_build(&b->newlines, text + before, len - before);
	window_grow(&b->window, before, NULL);
	window_grow(&b->window, len - before, &b->newlines);
	assert_int_equal(sieve_feed(b->sieve, &b->window, at, len, &b->err), 0);
}

void bench_feed_line(struct bench *b, const char *line)
{
	char text[4096];

	bench_feed(b, text, (size_t)snprintf(text, sizeof(text), "%s\n", line));
}

void bench_flush(struct bench *b)
{
	assert_int_equal(sieve_flush(b->sieve, &b->window, &b->err), 0);
}

unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8;
}

size_t line_end(const char *text, size_t len, size_t at)
{
	const char *newline = memchr(text + at, '\n', len - at);

	return newline ? (size_t)(newline - text) + 1 : len;
}

void bench_feed_in_parts(struct bench *b, const char *text, size_t len, size_t size)
{
	unsigned seed = 7;

	for (size_t at = 0; at < len;) {
		size_t step = size == 1 ? next_random(&seed) % 20000 : size;
		size_t end = line_end(text, len, MIN(at + step, len - 1));

		bench_feed(b, text + at, end - at);
		at = end;
	}
}
