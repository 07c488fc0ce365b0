/* Lines and the sieve: the pieces handed out do not depend on where the feeds are cut. */
#include "fuzz.h"

#include "sieve.h"

#include <string.h>

static int add_piece(void *arg, const struct piece *piece, struct error *err)
{
	uint64_t hash = read_all(HASH_START, piece->node);

	(void)err;
	must(piece->count > 0);
	hash = hash_bytes(hash, &piece->serial, sizeof(piece->serial));
	for (size_t i = 0; i < piece->count; i++)
		hash = read_all(hash, piece->lines[i]);
	*(uint64_t *)arg += hash;
	return 0;
}

/* step 0: all at once; else lines that begin within so many bytes are fed together. */
static uint64_t feed(const char *text, size_t len, size_t step)
{
	static const char *const keys[] = { "modules", NULL };
	uint64_t pieces = 0;
	struct sieve *s = sieve_new(&(struct sieve_options){
		.keys = keys, .emit = add_piece, .arg = &pieces });
	static struct window w;	/* made once: that takes longer than an input */
	struct error err;
	char *room;

	must(s != NULL && (w.data != NULL || window_init(&w) == 0));
	window_clear(&w);
	must(window_room(&w, 0, &room) >= len);
	memcpy(room, text, len);
	window_grow(&w, len, NULL);
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
	sieve_free(s);
	return pieces;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	if (size > 0)
		must(feed(text, size, 0) == feed(text, size, 200));
	return 0;
}
