#include "logdir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <ftw.h>

static char folder[4096];

void text_add(struct text *t, const void *data, size_t len)
{
	if (t->len + len > t->size) {
		t->size = 2 * (t->len + len);
		t->data = realloc(t->data, t->size);
		assert_non_null(t->data);
	}
	if (len > 0)
		memcpy(t->data + t->len, data, len);
	t->len += len;
}

void text_release(struct text *t)
{
	free(t->data);
	*t = (struct text){ 0 };
}

int logdir_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/modtrail-test-XXXXXX", tmp != NULL ? tmp : "/tmp");
	return mkdtemp(folder) == NULL;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int logdir_teardown(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *logdir_path(const char *name)
{
	static char paths[8][8192];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s%s%s", folder, *name != '\0' ? "/" : "", name);
	return path;
}

static void put(const char *name, const char *mode, const void *data, size_t len)
{
	FILE *f = fopen(logdir_path(name), mode);

	assert_non_null(f);
	if (len > 0)
		assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

void logdir_write(const char *name, const void *data, size_t len)
{
	unlink(logdir_path(name));
	put(name, "w", data, len);
}

void logdir_append(const char *name, const void *data, size_t len)
{
	put(name, "a", data, len);
}

void logdir_puts(const char *name, const char *text)
{
	logdir_write(name, text, strlen(text));
}

void logdir_add(const char *name, const char *text)
{
	logdir_append(name, text, strlen(text));
}

void logdir_rename(const char *from, const char *to)
{
	assert_int_equal(rename(logdir_path(from), logdir_path(to)), 0);
}

static void load(const char *name, struct text *t)
{
	FILE *f = fopen(logdir_path(name), "r");
	char buf[65536];
	size_t n;

	assert_non_null(f);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		text_add(t, buf, n);
	fclose(f);
}

void logdir_copy(const char *from, const char *to)
{
	struct text t = { 0 };

	load(from, &t);
	logdir_write(to, t.data, t.len);
	text_release(&t);
}

void logdir_truncate(const char *name)
{
	assert_int_equal(truncate(logdir_path(name), 0), 0);
}

void logdir_remove(const char *name)
{
	assert_int_equal(remove(logdir_path(name)), 0);
}

void logdir_pack(const char *from, const char *to, const char *how)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	struct text t = { 0 };

	load(from, &t);
	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter_by_name(a, how), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(a, logdir_path(to)), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_pathname(entry, "log");
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	if (t.len > 0)
		assert_int_equal(archive_write_data(a, t.data, t.len), t.len);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(a);
	text_release(&t);
}

/* Deliberately in no order: the source must not rely on one. */
static int lookup(void *arg, const char *host, uint64_t head, struct checkpoint *out, size_t max,
		  struct error *err)
{
	struct reading *r = arg;
	int n = 0;

	r->host = host;
	if (r->lookup_rc < 0)
		return error_set(err, (enum err)r->lookup_rc, "lookup failed");
	for (size_t i = 0; i < r->known_len && (size_t)n < max; i++)
		if (r->known[i].head == head)
			out[n++] = r->known[i];
	return n;
}

void reading_open(struct reading *r, const char *path, bool follow)
{
	struct source_options options = {
		.path = path, .host = "web1", .follow = follow, .lookup = lookup, .arg = r,
	};

	r->chunks = 0;
	r->last = (struct chunk){ 0 };
	assert_int_equal(window_init(&r->window), 0);
	if (source_open(&r->source, &options, &r->err) < 0)
		fail_msg("%s", r->err.text);
}

static void check_chunk(const struct reading *r, const struct chunk *c)
{
	const struct window *w = &r->window;

	assert_true(c->len > 0);
	assert_int_equal(c->at, r->chunks == 0 ? 0 : r->last.at + r->last.len);
	assert_true(c->at >= w->base && c->at + c->len <= window_end(w));
	assert_true(w->base <= c->at - MIN(c->at, WINDOW_KEEP));
	assert_int_equal(*window_at(w, c->at + c->len - 1), '\n');
	assert_non_null(c->file->path);
	assert_true(c->offset >= c->file->start);
	assert_true(c->file->head != 0);
}

int reading_until_stop(struct reading *r)
{
	struct chunk c;
	int rc;

	while ((rc = source_next(r->source, &r->window, &c, &r->err)) == 1) {
		check_chunk(r, &c);
		text_add(&r->text, window_at(&r->window, c.at), c.len);
		r->last = c;
		r->chunks++;
	}
	return rc;
}

void reading_drain(struct reading *r)
{
	if (reading_until_stop(r) != 0)
		fail_msg("%s", r->err.text);
}

void reading_close(struct reading *r)
{
	source_close(r->source);
	window_release(&r->window);
	text_release(&r->text);
	r->source = NULL;
}

void assert_texts_equal(const struct text *a, const struct text *b)
{
	assert_int_equal(a->len, b->len);
	if (a->len > 0)
		assert_memory_equal(a->data, b->data, a->len);
}

void assert_read(const struct reading *r, const char *expected)
{
	struct text t = { (char *)expected, strlen(expected), 0 };

	if (r->text.len != t.len || (t.len > 0 && memcmp(r->text.data, t.data, t.len) != 0))
		fail_msg("read '%.*s' instead of '%s'", (int)r->text.len, r->text.data, expected);
}
