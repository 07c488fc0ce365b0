#include "parse/sieve.h"

#include "model/machine.h"

#include <string.h>

#define ENRICHED '\x1d'

/* Longer keys do not exist: AUDIT_MAX_KEY_LEN is 256, in hex twice that. */
#define KEY_HEX_MAX 1024
/* No arch or system call number has more; with this many nothing overflows. */
#define NUMBER_DIGITS_MAX 12

static inline bool contains(struct bytes text, struct bytes word)
{
	return text.len > 0 && memmem(text.data, text.len, word.data, word.len) != NULL;
}

/*
 * Finds a word in a record of a few hundred bytes, for which memmem spends more time
 * on preparation than on the search: looks for the word's byte at anchor, which
 * should be rare in records, and then compares the word around it. NULL if it is not
 * there.
 */
static inline const char *find_by(struct bytes text, const char *word, size_t len, size_t anchor)
{
	const char *p, *end;

	if (text.len < len)
		return NULL;
	p = text.data + anchor;
	end = text.data + text.len - (len - 1 - anchor);
	while (p < end && (p = memchr(p, word[anchor], (size_t)(end - p))) != NULL) {
		if (memcmp(p - anchor, word, len) == 0)
			return p - anchor;
		p++;
	}
	return NULL;
}

static inline bool is_among(const char *letter, const char *letters, size_t unit)
{
	for (; *letters != '\0'; letters += unit)
		if (memcmp(letter, letters, unit) == 0)
			return true;
	return false;
}

/*
 * Is the word in text, with one of the letters of before right in front of it, or
 * one of behind right behind it? A letter has unit bytes. Inline with constant
 * lengths, so that memcmp is not called for each of the many 'm'.
 */
static inline bool contains_beside(struct bytes text, const char *word, size_t len, size_t anchor,
				   const char *before, const char *behind, size_t unit)
{
	const char *start = text.data, *end = text.data + text.len, *at;

	while ((at = find_by(text, word, len, anchor)) != NULL) {
		const char *next = at + len;

		if ((size_t)(at - start) >= unit && is_among(at - unit, before, unit))
			return true;
		if ((size_t)(end - next) >= unit && is_among(next, behind, unit))
			return true;
		text = (struct bytes){ at + 1, (size_t)(end - at - 1) };
	}
	return false;
}

/*
 * kmod, insmod, rmmod, lsmod, depmod, modprobe, modinfo, and not chmod: plain,
 * or as the kernel's hex.
 */
static bool names_a_tool(struct bytes text)
{
	return contains_beside(text, "mod", 3, 0, "ksmp", "pi", 1) ||
	       contains_beside(text, "6D6F64", 6, 3, "6B736D70", "7069", 2);
}

static bool has_marker(struct bytes text)
{
	return find_by(text, "modtrail", 8, 7) != NULL;
}

/* Is the key somewhere in the hex of text? Nibbles that stand out of line do no harm here. */
static bool contains_hex(struct bytes text, const char *key)
{
	static const char digits[] = "0123456789ABCDEF";
	char hex[KEY_HEX_MAX];
	size_t len = 0;

	for (; *key != '\0' && len < sizeof(hex); key++) {
		hex[len++] = digits[(unsigned char)*key >> 4];
		hex[len++] = digits[(unsigned char)*key & 15];
	}
	return contains(text, (struct bytes){ hex, len });
}

/*
 * The value of key=, which the kernel writes last, right before the enriched half.
 * If something else stands there, such as names whose 0x1D is lost, or another record in
 * the same line, *odd is set, and it is the whole record: its caller searches for a substring anyway.
 */
static struct bytes key_value(struct bytes fields, bool *odd)
{
	const char *enriched = memchr(fields.data, ENRICHED, fields.len);
	size_t len = enriched ? (size_t)(enriched - fields.data) : fields.len;
	const char *blank = memrchr(fields.data, ' ', len);
	const char *end = fields.data + len;

	*odd = blank == NULL || end - blank < 5 || memcmp(blank, " key=", 5) != 0;
	if (*odd)
		return (struct bytes){ fields.data, len };
	return (struct bytes){ blank + 5, (size_t)(end - blank - 5) };
}

/* Or may it have one, as what stands behind the first record of a line is no part of it? */
static bool has_wanted_key(struct bytes fields, const char *const *keys)
{
	bool odd;
	struct bytes value = key_value(fields, &odd);
	bool plain = value.len > 2 && value.data[0] == '"' && value.data[value.len - 1] == '"';

	if (value.len == 6 && memcmp(value.data, "(null)", 6) == 0)
		return false;
	if (odd && record_is_joined(fields))
		return true;
	for (; *keys != NULL; keys++) {
		size_t len = strlen(*keys);

		if (value.len < len)
			continue;
		if (find_by(value, *keys, len, 0) != NULL)
			return true;
		if (!plain && contains_hex(value, *keys))
			return true;
	}
	return false;
}

static inline unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	return UINT32_MAX;
}

/* Takes name and the number behind it off the front of fields. */
static inline bool take_number(struct bytes *fields, const char *name, size_t name_len,
			       unsigned base, uint64_t *out)
{
	const char *p = fields->data + name_len, *end = fields->data + fields->len;
	uint64_t n = 0;

	if (fields->len < name_len || memcmp(fields->data, name, name_len) != 0)
		return false;
	for (; p < end && digit_of(*p) < base; p++)
		n = n * base + digit_of(*p);
	if (p == fields->data + name_len ||
	    p > fields->data + name_len + NUMBER_DIGITS_MAX)
		return false;
	*out = n;
	*fields = (struct bytes){ p, (size_t)(end - p) };
	return true;
}

/* Of a literal the compiler knows the length, and makes a few loads of the memcmp. */
#define TAKE_NUMBER(fields, name, base, out) take_number(fields, name, sizeof(name) - 1, base, out)

/* Takes "arch=c000003e syscall=313", which is the kernel's order, off the front of rest. */
static inline bool take_call(struct bytes *rest, struct machine_call *call)
{
	uint64_t arch, number;

	if (!TAKE_NUMBER(rest, "arch=", 16, &arch) || !TAKE_NUMBER(rest, " syscall=", 10, &number))
		return false;
	/* "syscall=52:79)" of a torn line is no number to decode, which then takes the next. */
	if (rest->len > 0 && rest->data[0] != ' ')
		return false;
	return arch <= UINT32_MAX && machine_call((uint32_t)arch, (int64_t)number, call);
}

bool sieve_rules_call(const struct record_head *line, struct machine_call *call)
{
	struct bytes rest = line->fields;

	return take_call(&rest, call);
}

/* A record whose call cannot be told is taken to matter. */
static bool syscall_matters(struct bytes fields, const char *const *keys)
{
	struct bytes rest = fields;
	struct machine_call call;

	if (!take_call(&rest, &call))
		return true;
	if (call.call != CALL_NONE)
		return true;
	return (call.exec && names_a_tool(rest)) || has_wanted_key(rest, keys);
}

/* A first argument of more than 7500 bytes is written in parts, which may cut a name in two. */
static bool execve_matters(struct bytes fields)
{
	return names_a_tool(fields) || find_by(fields, "a0_len=", 7, 2) != NULL;
}

bool sieve_rules_match(const struct record_head *line, const char *const *keys)
{
	switch (line->kind->role) {
	case RECORD_SYSCALL:
		return syscall_matters(line->fields, keys);
	case RECORD_EXECVE:
		return execve_matters(line->fields);
	case RECORD_FACT:
	case RECORD_DAEMON:
		return true;
	case RECORD_USER:
		return has_marker(line->fields);
	case RECORD_AUXILIARY:
	case RECORD_END:
		return false;
	}
	return true;
}
