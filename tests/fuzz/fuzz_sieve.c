/*
 * Lines and the sieve: what is handed out and counted depends neither on where
 * the feeds are cut nor on which line ends are known beforehand.
 *
 * An input begins with step, one byte, and from, two, of feed().
 */
#include "fuzz.h"

#include "parse/sieve.h"
#include "read/newline_index.h"
#include "read/window.h"

#include <string.h>

#define HOW 3	/* bytes of an input before its text */

static int add_fragment(void *arg, const struct fragment *fragment, struct error *err)
{
	uint64_t hash = read_all(HASH_START, fragment->node);

	(void)err;
	must(fragment->count > 0);
	hash = hash_bytes(hash, &fragment->serial, sizeof(fragment->serial));
	for (size_t i = 0; i < fragment->count; i++)
		hash = read_all(hash, fragment->lines[i]);
	*(uint64_t *)arg += hash;
	return 0;
}

static void put(struct window *w, const char *text, size_t len, const struct newline_index *newlines)
{
	char *room;

	must(window_room(w, 0, &room) >= len);
	memcpy(room, text, len);
	window_grow(w, len, newlines);
}

/* What is counted of lines. */
static uint64_t hash_counts(const struct sieve_counts *c)
{
	uint64_t hash = hash_bytes(HASH_START, &c->lines, sizeof(c->lines));

	hash = hash_bytes(hash, c->faults, sizeof(c->faults));
	return hash_bytes(hash, c->first_fault, sizeof(c->first_fault));
}

/*
 * step 0: all at once; else lines that begin within so many bytes are fed together.
 * from: as if this were read last, from anywhere in a line on line ends are known.
 */
static uint64_t feed(const char *text, size_t len, size_t step, size_t from)
{
	static const char *const keys[] = { "modules", NULL };
	uint64_t told = 0;
	struct sieve *s = sieve_new(&(struct sieve_options){
		.keys = keys, .emit = add_fragment, .arg = &told });
	static struct window w;	/* made once: that takes longer than an input */
	static struct newline_index newlines;
	struct error err;

	must(s != NULL && (w.data != NULL || window_init(&w) == 0));
	window_clear(&w);
	put(&w, text, from, NULL);
	if (from < len) {
		newline_index_build(&newlines, text + from, len - from);
		put(&w, text + from, len - from, &newlines);
	}
	for (size_t at = 0; at < len;) {
		size_t end = step == 0 ? len : MIN(at + step, len);
		const char *newline = memchr(text + end - 1, '\n', len - end + 1);

		end = newline == NULL ? len : (size_t)(newline + 1 - text);
		must(sieve_feed(s, &w, at, end - at, &err) == 0);
		must(sieve_safe(s) <= end);
		at = end;
	}
	must(sieve_flush(s, &w, &err) == 0);
	must(sieve_counts(s)->bytes == len);
	told += hash_counts(sieve_counts(s));
	sieve_free(s);
	return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text;
	size_t len, from;

	if (size <= HOW)
		return 0;
	text = (const char *)data + HOW;
	len = size - HOW;
	from = (data[1] | (size_t)data[2] << 8) % (len + 1);
	must(feed(text, len, 0, len) == feed(text, len, data[0], from));
	return 0;
}
