#include "read/record_head.h"

#include <string.h>

/* The end of 9999: no clock shows more, and neither RFC 3339 nor SQLite can write it. */
#define SECONDS_MAX UINT64_C(253402300799)
#define SECONDS_LEN 10	/* digits, from 2001 to 2286 */

const char *const line_fault_names[LINE_FAULT_COUNT] = {
	[LINE_OK] = "ok",
	[LINE_EMPTY] = "empty",
	[LINE_NO_RECORD] = "no record",
	[LINE_BAD_ID] = "bad event id",
	[LINE_NUL] = "NUL bytes",
	[LINE_JOINED] = "several records in one line",
};

/* The part of a line that is not parsed yet. */
struct cursor {
	const char *at, *end;
};

static inline size_t left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

static inline bool take(struct cursor *c, const char *word, size_t len)
{
	if (left(c) < len || memcmp(c->at, word, len) != 0)
		return false;
	c->at += len;
	return true;
}

/* For literals: the length is known to the compiler, and the memcmp becomes a few loads. */
#define TAKE(c, word) take(c, word, sizeof(word) - 1)

/* A number of so many digits always fits into 64 bits; one more digit may. */
#define DIGITS_SAFE 19

static inline unsigned digit_at(const char *p)
{
	return (unsigned char)(*p - '0');
}

static inline bool take_number(struct cursor *c, uint64_t *out)
{
	const char *p = c->at, *safe = left(c) > DIGITS_SAFE ? p + DIGITS_SAFE : c->end;
	uint64_t n = 0;

	for (; p < safe && digit_at(p) < 10; p++)
		n = n * 10 + digit_at(p);
	for (; p < c->end && digit_at(p) < 10; p++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, digit_at(p), &n))
			return false;
	*out = n;
	if (p == c->at)
		return false;
	c->at = p;
	return true;
}

/* NAME may hold blanks: it ends where " type=" begins. */
static bool take_node(struct cursor *c, struct bytes *node)
{
	const char *start = c->at;

	for (;;) {
		const char *blank = memchr(c->at, ' ', left(c));

		if (blank == NULL)
			return false;
		c->at = blank + 1;
		if (TAKE(c, "type=")) {
			*node = (struct bytes){ start, (size_t)(blank - start) };
			return true;
		}
	}
}

#define BEHIND_TYPE " msg=audit("

static bool take_any_type(struct cursor *c, struct record_head *line)
{
	const char *blank = memchr(c->at, ' ', left(c));

	line->type = (struct bytes){ c->at, (size_t)((blank == NULL ? c->end : blank) - c->at) };
	line->kind = record_type(line->type);
	c->at += line->type.len;
	return line->type.len > 0 && TAKE(c, BEHIND_TYPE);
}

/* TYPE msg=audit( of the most common types, which a few loads tell; NULL for all others. */
static inline const struct record_type *take_likely_type(struct cursor *c)
{
#define IF_LIKELY(which, name) \
	if (TAKE(c, name BEHIND_TYPE)) \
		return &likely_types[which];
	IF_LIKELY(LIKELY_PATH, "PATH")
	IF_LIKELY(LIKELY_SYSCALL, "SYSCALL")
	IF_LIKELY(LIKELY_PROCTITLE, "PROCTITLE")
	IF_LIKELY(LIKELY_CWD, "CWD")
	IF_LIKELY(LIKELY_EXECVE, "EXECVE")
#undef IF_LIKELY
	return NULL;
}

/* TYPE msg=audit( */
static inline bool take_type(struct cursor *c, struct record_head *line)
{
	const char *start = c->at;

	if ((line->kind = take_likely_type(c)) == NULL)
		return take_any_type(c, line);
	line->type = (struct bytes){ start, line->kind->name.len };
	return true;
}

/* On a busy machine hundreds of events have the second of the line before. */
static inline bool take_known_seconds(struct cursor *c, uint64_t *seconds,
				      const struct record_head *before)
{
	if (before == NULL || left(c) < SECONDS_LEN + 1 || before->id.len < SECONDS_LEN + 1 ||
	    before->id.data[SECONDS_LEN] != '.' || !bytes_same(c->at, before->id.data, SECONDS_LEN + 1))
		return false;
	*seconds = (uint64_t)before->time_ms / 1000;
	c->at += SECONDS_LEN + 1;
	return true;
}

static inline bool take_seconds(struct cursor *c, uint64_t *seconds)
{
	return take_number(c, seconds) && *seconds <= SECONDS_MAX && TAKE(c, ".");
}

/* Three digits, always. */
static inline bool take_millis(struct cursor *c, uint64_t *out)
{
	unsigned hundreds, tens, ones;

	if (left(c) < 3)
		return false;
	hundreds = digit_at(c->at);
	tens = digit_at(c->at + 1);
	ones = digit_at(c->at + 2);
	*out = hundreds * 100 + tens * 10 + ones;
	c->at += 3;
	return hundreds < 10 && tens < 10 && ones < 10;
}

/* SECONDS.MILLIS:SERIAL): */
static inline enum line_fault take_id(struct cursor *c, struct record_head *line,
				      const struct record_head *before)
{
	const char *start = c->at;
	uint64_t seconds, millis;

	if (!take_known_seconds(c, &seconds, before) && !take_seconds(c, &seconds))
		return LINE_BAD_ID;
	if (!take_millis(c, &millis) || !TAKE(c, ":"))
		return LINE_BAD_ID;
	if (!take_number(c, &line->serial))
		return LINE_BAD_ID;
	line->id = (struct bytes){ start, (size_t)(c->at - start) };
	line->time_ms = (int64_t)(seconds * 1000 + millis);
	return TAKE(c, "):") ? LINE_OK : LINE_BAD_ID;
}

static bool is_blank(struct bytes text)
{
	size_t i = 0;

	while (i < text.len && strchr(" \t\r\n\v\f", text.data[i]) != NULL)
		i++;
	return i == text.len;
}

/* Lines that ausearch prints between events. */
static bool is_separator(struct bytes text)
{
	struct cursor c = { text.data, text.data + text.len };

	return TAKE(&c, "time->") || (TAKE(&c, "----") && left(&c) == 0);
}

static enum line_fault not_a_record(struct bytes text)
{
	return is_blank(text) || is_separator(text) ? LINE_EMPTY : LINE_NO_RECORD;
}

static inline struct bytes trim(const char *data, size_t len)
{
	while (len > 0 && data[0] == '\0')
		data++, len--;
	if (len > 0 && data[len - 1] == '\n')
		len--;
	while (len > 0 && data[len - 1] == '\r')
		len--;
	return (struct bytes){ data, len };
}

/* Takes the id and "):" if they are those of the line before. */
static inline bool take_known_id(struct cursor *c, struct record_head *line,
				 const struct record_head *before)
{
	size_t len = before->id.len;

	if (left(c) < len + 2 || !bytes_same(c->at, before->id.data, len + 2))
		return false;
	line->id = (struct bytes){ c->at, len };
	line->time_ms = before->time_ms;
	line->serial = before->serial;
	c->at += len + 2;
	return true;
}

enum line_fault record_head_after(struct record_head *line, const char *data, size_t len,
				  const struct record_head *before)
{
	struct bytes text = trim(data, len);
	struct cursor c = { text.data, text.data + text.len };
	enum line_fault fault;

	line->text = text;
	line->node = (struct bytes){ NULL, 0 };
	if (!TAKE(&c, "type=") && !(TAKE(&c, "node=") && take_node(&c, &line->node)))
		return not_a_record(text);
	if (!take_type(&c, line))
		return LINE_NO_RECORD;
	if ((before == NULL || !take_known_id(&c, line, before)) &&
	    (fault = take_id(&c, line, before)) != LINE_OK)
		return fault;

	(void)TAKE(&c, " ");
	line->fields = (struct bytes){ c.at, left(&c) };
	line->daemon = line->kind->role == RECORD_DAEMON && line->type.len > 7 &&
		       !bytes_are(line->kind->name, "KERNEL");
	return LINE_OK;
}

bool record_is_joined(struct bytes fields)
{
	const size_t len = sizeof(BEHIND_TYPE) - 1;
	const char *at = fields.data, *end = fields.data + fields.len;

	/* Parentheses are rare in records. */
	while ((at = memchr(at, '(', (size_t)(end - at))) != NULL) {
		at++;
		if ((size_t)(at - fields.data) >= len && memcmp(at - len, BEHIND_TYPE, len) == 0)
			return true;
	}
	return false;
}

const char *record_head_likely_id(const char *data, size_t len, const struct record_type **kind)
{
	struct cursor c = { data, data + len };

	return TAKE(&c, "type=") && (*kind = take_likely_type(&c)) != NULL ? c.at : NULL;
}

enum line_fault record_head_parse(struct record_head *line, const char *data, size_t len)
{
	struct bytes text = trim(data, len);

	if (text.len > 0 && memchr(text.data, '\0', text.len) != NULL)
		return LINE_NUL;
	return record_head_after(line, data, len, NULL);
}
