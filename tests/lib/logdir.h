/*
 * A folder of logs that a test writes, rotates and packs, and a reader of it
 * that checks what every chunk promises.
 */
#ifndef MODTRAIL_TESTS_LOGDIR_H
#define MODTRAIL_TESTS_LOGDIR_H

#include "read/source.h"
#include "read/window.h"

struct text {
	char *data;
	size_t len, size;
};

void text_add(struct text *t, const void *data, size_t len);
void text_release(struct text *t);

/* One at a time: made by the setup of a test, removed by its teardown. */
int logdir_setup(void **state);
int logdir_teardown(void **state);

/* The path of a name in the folder; valid until eight more were asked for. */
const char *logdir_path(const char *name);

void logdir_write(const char *name, const void *data, size_t len);	/* a new file */
void logdir_append(const char *name, const void *data, size_t len);
void logdir_puts(const char *name, const char *text);		/* a new file */
void logdir_add(const char *name, const char *text);		/* behind what is there */
void logdir_rename(const char *from, const char *to);
void logdir_copy(const char *from, const char *to);
void logdir_truncate(const char *name);
void logdir_remove(const char *name);
/* Packs into another file; how is "gzip", "bzip2", "xz" or "zstd". */
void logdir_pack(const char *from, const char *to, const char *how);

/* What a source handed out so far. */
struct reading {
	struct source *source;
	struct window window;
	struct text text;
	struct error err;
	size_t chunks;
	struct chunk last;
	/* For lookup: what the "store" knows. */
	struct checkpoint known[8];
	size_t known_len;
	int lookup_rc;		/* if negative, what lookup says */
	const char *host;	/* as lookup was told */
};

void reading_open(struct reading *r, const char *path, bool follow);
/* Reads until there is nothing right now; must not fail. */
void reading_drain(struct reading *r);
/* Reads until there is nothing or an error, which is returned. */
int reading_until_stop(struct reading *r);
void reading_close(struct reading *r);

void assert_read(const struct reading *r, const char *expected);
void assert_texts_equal(const struct text *a, const struct text *b);

#endif
