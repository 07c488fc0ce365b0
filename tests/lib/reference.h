/*
 * Events by id, brought together slowly and obviously: what the sieve is
 * measured against, and what its fragments are merged in.
 */
#ifndef MODTRAIL_TESTS_REFERENCE_H
#define MODTRAIL_TESTS_REFERENCE_H

#include "parse/records.h"
#include "parse/sieve.h"

struct gathered_event {
	char id[512];		/* node, daemon, time and serial as one text */
	bool wanted;
	struct records records;
};

struct collected_run {
	struct gathered_event *event;
	size_t count, cap;
};

/* Both keep every event; release accepts a zeroed struct. */
void gather_lines(struct collected_run *g, const char *text, size_t len, const char *const *keys);
int gather_fragment(void *collected_run, const struct fragment *fragment, struct error *err);
void gathered_release(struct collected_run *g);

/* Fails the test unless all wanted events of a are in b with the same records. */
void assert_gathered_in(struct collected_run *a, struct collected_run *b);

/* How many wanted events that hold more than EOE. */
size_t gathered_wanted(const struct collected_run *g);

/* The file as one text, to be freed. Fails the test if it cannot be read. */
char *read_file(const char *path, size_t *len);

#endif
