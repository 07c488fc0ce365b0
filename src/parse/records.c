#include "parse/records.h"

#include "base/array.h"
#include "parse/halves.h"

#include <string.h>

#define TEXT_MIN 8192u
#define TEXT_MORE ((size_t)1 << 17)	/* the most that is allocated in advance */
#define INDEX_MIN 64u
#define TEXT_KEPT ((size_t)1 << 16)	/* memory kept for the next event: few need more */
#define LINES_KEPT 512u

void records_init(struct records *r)
{
	*r = (struct records){ 0 };
}

void records_release(struct records *r)
{
	free(r->line);
	free(r->text);
	free(r->index);
	records_init(r);
}

/* A small index is quick to clear, so the next event pays nothing for the size of the last. */
void records_clear(struct records *r)
{
	if (r->text_cap > TEXT_KEPT || r->cap > LINES_KEPT)
		records_release(r);
	r->count = r->dropped = r->bytes = r->text_len = 0;
	r->sorted = false;
	r->index_len = MIN(r->index_cap, INDEX_MIN);
	if (r->index != NULL)
		memset(r->index, 0, r->index_len * sizeof(*r->index));
}

struct bytes record_core(const struct record_head *line)
{
	const char *start = line->type.data;
	struct bytes raw = record_halves(line).raw;

	return (struct bytes){ start, (size_t)(raw.data + raw.len - start) };
}

static int compare_bytes(struct bytes a, struct bytes b)
{
	size_t len = MIN(a.len, b.len);
	int order = len ? memcmp(a.data, b.data, len) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/*
 * Which of two forms of one record is kept? The forms have a total order, so the
 * order of arrival makes no difference.
 */
static bool is_better(const struct record_head *a, const struct record_head *b)
{
	size_t names_a = record_halves(a).names.len, names_b = record_halves(b).names.len;

	if (names_a != names_b)
		return names_a > names_b;
	/* "node=" comes before "type=": the form with a node wins. 0x1D comes before what it becomes. */
	return compare_bytes(a->text, b->text) < 0;
}

/* Eight bytes at a time, because every record is hashed, even in a set of three. */
static uint64_t hash_words(struct bytes text)
{
	uint64_t hash = HASH_START ^ text.len, word;
	size_t i = 0;

	for (; i + sizeof(word) <= text.len; i += sizeof(word)) {
		memcpy(&word, text.data + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return hash_bytes(hash, text.data + i, text.len - i);
}

/* The slot of the index that has the record with this core, or is free for it. */
static uint32_t *slot_of(const struct records *r, struct bytes want)
{
	size_t i = (size_t)hash_words(want) % r->index_len;

	while (r->index[i] != 0 && compare_bytes(record_core(&r->line[r->index[i] - 1]), want) != 0)
		i = (i + 1) % r->index_len;
	return &r->index[i];
}

bool records_hold(const struct records *r, const struct record_head *line)
{
	struct bytes want = record_core(line);

	if (r->count == 0)
		return false;
	if (r->index_len > 0)
		return *slot_of(r, want) != 0;
	for (size_t i = 0; i < r->count; i++)
		if (bytes_equal(record_core(&r->line[i]), want))
			return true;
	return false;
}

static void index_fill(struct records *r)
{
	memset(r->index, 0, r->index_len * sizeof(*r->index));
	for (size_t i = 0; i < r->count; i++)
		*slot_of(r, record_core(&r->line[i])) = (uint32_t)i + 1;
}

/* Room in the index for one more record, at most half full. */
static int index_reserve(struct records *r)
{
	size_t want = MAX(r->index_len, INDEX_MIN);

	if (r->index_len > r->count * 2 + 2)
		return 0;
	while (want <= r->count * 2 + 2)
		want *= 2;
	if (array_grow(&r->index, &r->index_cap, want, sizeof(*r->index), NULL) < 0)
		return ERR_NOMEM;
	r->index_len = want;
	index_fill(r);
	return 0;
}

/* A part of a line after its text was copied. */
static struct bytes moved(struct bytes part, struct bytes from, const char *to)
{
	if (part.data == NULL)
		return part;
	return (struct bytes){ to + (part.data - from.data), part.len };
}

/* Copies one line to the end of text, which has room for it, and its parsed head. */
static struct record_head put(char *text, size_t *len, const struct record_head *line)
{
	struct bytes from = line->text;
	struct record_head copy = *line;
	char *to = text + *len;

	memcpy(to, from.data, from.len);
	to[from.len] = '\n';
	*len += from.len + 1;
	copy.text.data = to;
	copy.node = moved(line->node, from, to);
	copy.type = moved(line->type, from, to);
	copy.id = moved(line->id, from, to);
	copy.fields = moved(line->fields, from, to);
	return copy;
}

/* Copies the lines in their order to a fresh text with room for more bytes. */
static int repack(struct records *r, size_t room)
{
	size_t need = r->bytes + room, len = 0;
	size_t cap = MAX(need + MIN(need, TEXT_MORE), TEXT_MIN);
	char *text = malloc(cap);

	if (text == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < r->count; i++)
		r->line[i] = put(text, &len, &r->line[i]);
	free(r->text);
	r->text = text;
	r->text_len = len;
	r->text_cap = cap;
	return 0;
}

static int reserve(struct records *r, size_t len)
{
	int rc;

	if ((rc = array_grow(&r->line, &r->cap, r->count + 1, sizeof(*r->line), NULL)) < 0 ||
	    (rc = index_reserve(r)) < 0)
		return rc;
	return r->text_cap - r->text_len < len ? repack(r, len) : 0;
}

static bool is_left_out(struct record_head *line, const char *data, size_t len)
{
	return record_head_parse(line, data, len) != LINE_OK ||
	       line->kind->place == PLACE_EOE;
}

/* The bytes of the old line are unused until the next repack. */
static int replace(struct records *r, struct record_head *known, const struct record_head *better)
{
	if (r->bytes - known->text.len + better->text.len > RECORDS_BYTES_MAX)
		return 0;
	r->bytes += better->text.len - known->text.len;
	*known = put(r->text, &r->text_len, better);
	r->sorted = false;
	return 1;
}

int records_add(struct records *r, const char *data, size_t len)
{
	struct record_head line;
	uint32_t *slot;
	int rc;

	if (is_left_out(&line, data, len))
		return 0;
	if ((rc = reserve(r, line.text.len + 1)) < 0)
		return rc;

	slot = slot_of(r, record_core(&line));
	if (*slot != 0) {
		struct record_head *known = &r->line[*slot - 1];

		return is_better(&line, known) ? replace(r, known, &line) : 0;
	}
	if (r->count == RECORDS_MAX || r->bytes + line.text.len + 1 > RECORDS_BYTES_MAX) {
		r->dropped++;
		return 0;
	}
	r->bytes += line.text.len + 1;
	r->line[r->count++] = put(r->text, &r->text_len, &line);
	r->sorted = false;
	*slot = (uint32_t)r->count;
	return 1;
}

int records_add_text(struct records *r, const char *data, size_t len)
{
	const char *end = data + len;
	int changed = 0;

	while (data < end) {
		const char *newline = memchr(data, '\n', (size_t)(end - data));
		const char *stop = newline ? newline : end;
		int rc = records_add(r, data, (size_t)(stop - data));

		if (rc < 0)
			return rc;
		changed += rc;
		data = stop + 1;
	}
	return changed;
}

/* A number right behind name at the start of text or behind a blank, else UINT64_MAX. */
static uint64_t number_of(struct bytes text, const char *name)
{
	const char *at = memmem(text.data, text.len, name, strlen(name));
	const char *end = text.data + text.len;
	uint64_t n = 0;

	if (at == NULL)
		return UINT64_MAX;
	at += strlen(name);
	if (at == end || *at < '0' || *at > '9')
		return UINT64_MAX;
	for (; at < end && *at >= '0' && *at <= '9' && n < UINT32_MAX; at++)
		n = n * 10 + (uint64_t)(*at - '0');
	return n;
}

/*
 * EXECVE records of one event follow each other by their first argument: "a4=",
 * or "a3[2]=" in the midst of a long one. The first record begins with argc=.
 */
static uint64_t execve_place(struct bytes fields)
{
	uint64_t argument, part;

	if (fields.len > 5 && memcmp(fields.data, "argc=", 5) == 0)
		return 0;
	if (fields.len == 0 || fields.data[0] != 'a')
		return UINT64_MAX;
	argument = number_of(fields, "a");
	part = number_of((struct bytes){ fields.data, MIN(fields.len, 24) }, "[");
	if (argument > UINT32_MAX)
		return UINT64_MAX;
	return 1 + (argument << 24) + (part > UINT32_MAX ? 0 : MIN(part, (1u << 24) - 1));
}

uint64_t record_place_among(const struct record_head *line)
{
	enum record_place place = line->kind->place;

	if (place == PLACE_PATH)
		return number_of(line->fields, "item=");
	if (place == PLACE_EXECVE)
		return execve_place(line->fields);
	return 0;
}

static int compare_lines(const void *left, const void *right)
{
	const struct record_head *a = left, *b = right;
	enum record_place place = a->kind->place;
	enum record_place place_b = b->kind->place;
	uint64_t among, among_b;

	if (place != place_b)
		return place < place_b ? -1 : 1;
	among = record_place_among(a);
	among_b = record_place_among(b);
	if (among != among_b)
		return among < among_b ? -1 : 1;
	/* No two records of a set have the same core: the order is total. */
	return compare_bytes(record_core(a), record_core(b));
}

/* Most sets arrive in the order of the kernel. */
static bool is_in_order(const struct records *r)
{
	for (size_t i = 1; i < r->count; i++)
		if (compare_lines(&r->line[i - 1], &r->line[i]) > 0)
			return false;
	return true;
}

void records_sort(struct records *r)
{
	if (r->sorted)
		return;
	r->sorted = true;
	if (is_in_order(r))
		return;
	qsort(r->line, r->count, sizeof(*r->line), compare_lines);
	r->index_len = 0;	/* made anew if the set is added to; few are */
}

const char *records_text(struct records *r, size_t *len)
{
	records_sort(r);
	*len = 0;
	if (r->count == 0)
		return "";
	if (repack(r, 0) < 0)
		return NULL;
	*len = r->text_len;
	return r->text;
}
