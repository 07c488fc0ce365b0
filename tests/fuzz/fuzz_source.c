/*
 * The source: a rotated set, packed in any way or damaged, gives the same lines
 * when its reader ends at a line and another goes on from checkpoints.
 *
 * An input is four bytes that say how the rest is made a set, and where the
 * reading is interrupted: see struct plan.
 */
#include "fuzz.h"

#include "read/source.h"
#include "read/window.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 4
#define OUTPUT_MAX ((size_t)1 << 17)	/* what unpacks to more is not looked at */
#define CHECKPOINTS 16

struct plan {
	size_t count;		/* 1 to FILES, audit.log being the last */
	bool distinct;		/* each has a first line of its own */
	bool dated;		/* audit.log-20260101, else audit.log.3 */
	unsigned how[FILES];	/* 0 plain, 1 gzip, 2 xz, 3 zstd */
	bool damaged;		/* what is packed is cut off in the middle */
	bool raw;		/* names say that it is packed, but the bytes are the input's */
	size_t cut;		/* interrupted behind so many 256ths of the output */
};

/* What one reading handed out. */
struct output {
	char text[OUTPUT_MAX];
	size_t len;
	uint64_t errors;
	bool full;
};

struct known {
	struct checkpoint cp[CHECKPOINTS];
	size_t count;
};

static char folder[] = "/dev/shm/modtrail-fuzz-XXXXXX";

static void remove_folder(void)
{
	rmdir(folder);
}

static const char *name_of(const struct plan *p, size_t at)
{
	static char name[64];
	static const char *const suffix[] = { "", ".gz", ".xz", ".zst" };
	unsigned age = (unsigned)(p->count - 1 - at);

	if (age == 0)
		snprintf(name, sizeof(name), "%s/audit.log", folder);
	else if (p->dated)
		snprintf(name, sizeof(name), "%s/audit.log-2026010%u%s", folder, 9 - age,
			 suffix[p->how[at]]);
	else
		snprintf(name, sizeof(name), "%s/audit.log.%u%s", folder, age, suffix[p->how[at]]);
	return name;
}

static void write_file(const char *path, const char *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	must(fd >= 0 && write(fd, data, len) == (ssize_t)len);
	close(fd);
}

static void pack_file(const struct plan *p, size_t at, const char *path, const char *data,
		      size_t len)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	struct stat st;

	must(a != NULL && entry != NULL);
	if (p->how[at] == 1)
		archive_write_add_filter_gzip(a);
	else if (p->how[at] == 2)
		archive_write_add_filter_xz(a);
	else
		archive_write_add_filter_zstd(a);
	/* with as little memory as there may be: most of an input's time goes there */
	archive_write_set_options(a, p->how[at] == 2 ? "compression-level=0" : "compression-level=1");
	archive_write_set_format_raw(a);
	must(archive_write_open_filename(a, path) == ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	must(archive_write_header(a, entry) == ARCHIVE_OK);
	must(archive_write_data(a, data, len) == (la_ssize_t)len);
	archive_entry_free(entry);
	must(archive_write_free(a) == ARCHIVE_OK);
	if (p->damaged)
		must(stat(path, &st) == 0 && truncate(path, st.st_size / 2) == 0);
}

/* Makes the set, and its whole lines in order as they should come out. */
static void make_set(const struct plan *p, const char *text, size_t len, struct output *expected)
{
	static char data[1 << 16];

	expected->len = 0;
	for (size_t at = 0; at < p->count; at++) {
		size_t from = len * at / p->count, size = len * (at + 1) / p->count - from;
		size_t head = p->distinct ? (size_t)snprintf(data, sizeof(data), "file %zu\n", at) : 0;
		const char *newline;

		memcpy(data + head, text + from, size);
		size += head;
		newline = memrchr(data, '\n', size);
		if (newline != NULL) {
			memcpy(expected->text + expected->len, data, (size_t)(newline + 1 - data));
			expected->len += (size_t)(newline + 1 - data);
		}
		if (p->how[at] == 0 || p->raw)
			write_file(name_of(p, at), data, size);
		else
			pack_file(p, at, name_of(p, at), data, size);
	}
}

static void remove_set(const struct plan *p)
{
	for (size_t at = 0; at < p->count; at++)
		unlink(name_of(p, at));
}

static int look_up(void *arg, const char *host, uint64_t head, struct checkpoint *out, size_t max,
		   struct error *err)
{
	const struct known *known = arg;
	int found = 0;

	(void)host;
	(void)err;
	for (size_t i = 0; i < known->count; i++)
		if (known->cp[i].head == head && (size_t)found < max)
			out[found++] = known->cp[i];
	return found;
}

static void remember(struct source *s, const struct source_file *file, uint64_t offset,
		     struct known *known)
{
	struct checkpoint cp;

	if (file == NULL || source_checkpoint(s, file, offset, &cp) != 1)
		return;
	must(cp.head == file->head && cp.offset == offset && known->count < CHECKPOINTS);
	known->cp[known->count++] = cp;
}

/*
 * Reads until so many bytes have come out, to the end of that line, and fills
 * known with checkpoints for it. Returns the place in the output where reading
 * would go on from there: before its end in a file that is packed.
 */
static size_t read_set(const char *path, size_t limit, struct known *known, struct output *out)
{
	static struct window w;	/* made once: that takes longer than an input */
	const struct known before = *known;
	struct source *s;
	struct error err;
	const struct source_file *file = NULL;
	struct chunk chunk;
	uint64_t offset = 0;
	size_t begun = 0, place;
	int rc;

	must(w.data != NULL || window_init(&w) == 0);
	w.base = 0;
	w.len = 0;
	out->len = 0;
	out->errors = 0;
	out->full = false;
	must(source_open(&s, &(struct source_options){ .path = path, .host = "host",
			 .lookup = look_up, .arg = (void *)&before }, &err) == 0);
	while (out->len < limit && (rc = source_next(s, &w, &chunk, &err)) != 0) {
		size_t wanted = limit - out->len;
		const char *data, *newline;

		out->errors += rc < 0;
		if (rc < 0) {
			must(rc == ERR_INPUT && strlen(err.text) > 0);
			continue;
		}
		must(chunk.len > 0 && chunk.at + chunk.len <= window_end(&w));
		data = window_at(&w, chunk.at);
		must(data[chunk.len - 1] == '\n');
		if (chunk.file != file) {
			remember(s, file, offset, known);
			begun = out->len;
		} else {
			must(chunk.offset == offset);
		}
		file = chunk.file;
		if (wanted < chunk.len) {
			newline = memchr(data + wanted - 1, '\n', chunk.len - wanted + 1);
			chunk.len = (size_t)(newline + 1 - data);
		}
		out->full = chunk.len > sizeof(out->text) - out->len;
		if (out->full)
			break;
		memcpy(out->text + out->len, data, chunk.len);
		out->len += chunk.len;
		offset = chunk.offset + chunk.len;
	}
	place = known->count;
	remember(s, file, offset, known);
	place = known->count > place ? out->len : begun;
	source_close(s);
	return place;
}

static size_t line_len(const struct output *o, size_t at)
{
	return (size_t)((const char *)memchr(o->text + at, '\n', o->len - at) + 1 - o->text) - at;
}

/* Does o have the line that stands there in another? */
static bool has_line(const struct output *o, const struct output *other, size_t there)
{
	size_t len = line_len(other, there);

	for (size_t at = 0; at < o->len; at += line_len(o, at))
		if (line_len(o, at) == len &&
		    memcmp(o->text + at, other->text + there, len) == 0)
			return true;
	return false;
}

static void check(const struct plan *p, const struct output *expected)
{
	static struct output whole, first, second;
	char path[64];
	struct known known = { .count = 0 }, again;
	size_t place;

	snprintf(path, sizeof(path), "%s/audit.log", folder);
	read_set(path, SIZE_MAX, &known, &whole);
	if (whole.full)
		return;
	/* Else it may begin as if it were packed. */
	if (p->distinct && !p->damaged && !p->raw)
		must(whole.errors == 0 && whole.len == expected->len &&
		     memcmp(whole.text, expected->text, whole.len) == 0);
	/* Once more: all is known, but what is damaged. */
	again = known;
	read_set(path, SIZE_MAX, &again, &second);
	must(whole.errors > 0 || second.len == 0);

	known.count = 0;
	place = read_set(path, MAX(whole.len * p->cut / 256, 1), &known, &first);
	must(first.len <= whole.len && memcmp(first.text, whole.text, first.len) == 0);
	read_set(path, SIZE_MAX, &known, &second);
	if (p->distinct && whole.errors == 0) {
		must(second.len == whole.len - place &&
		     memcmp(second.text, whole.text + place, second.len) == 0);
		return;
	}
	/* Files that begin alike may be copies: what was read of one is not read of another. */
	for (size_t at = 0; at < whole.len; at += line_len(&whole, at))
		must(has_line(&first, &whole, at) || has_line(&second, &whole, at));
	for (size_t at = 0; at < second.len; at += line_len(&second, at))
		must(has_line(&whole, &second, at));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct output expected;
	struct plan p;

	if (size < 4 || size > 40000)
		return 0;
	if (strstr(folder, "XXXXXX") != NULL) {
		must(mkdtemp(folder) != NULL);
		atexit(remove_folder);
	}
	p = (struct plan){
		.count = data[0] % FILES + 1,
		.distinct = data[0] & 4,
		.dated = data[0] & 8,
		.damaged = data[0] & 16 && data[0] & 32,
		.raw = data[0] & 64 && data[0] & 128,
		.cut = data[1],
	};
	for (size_t at = 0; at + 1 < p.count; at++)
		p.how[at] = data[2] >> 2 * at & 3;
	make_set(&p, (const char *)data + 4, size - 4, &expected);
	check(&p, &expected);
	remove_set(&p);
	return 0;
}
