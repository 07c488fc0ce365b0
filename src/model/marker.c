#include "model/marker.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Bytes that mean nothing to auditd, to libauparse, or to a reader of fields. */
static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("_./:,+@*!<>()-", c) != NULL);
}

static size_t encoded_len(const char *value)
{
	size_t len = 0;

	for (; *value != '\0'; value++)
		len += is_plain((unsigned char)*value) ? 1 : 3;
	return len;
}

void marker_begin(struct marker_text *m, const char *word, const char *run)
{
	m->cut = false;
	m->room = MARKER_FIELDS;
	m->len = (size_t)snprintf(m->text, sizeof(m->text), MARKER_PREFIX "%s v=" MARKER_VERSION, word);
	marker_add(m, "run", run);
}

void marker_add(struct marker_text *m, const char *name, const char *value)
{
	char *at;

	if (value == NULL || *value == '\0')
		return;
	if (strlen(name) + 2 + encoded_len(value) >= m->room - m->len) {
		m->cut = true;
		return;
	}
	at = m->text + m->len;
	at += sprintf(at, " %s=", name);
	for (; *value != '\0'; value++) {
		if (is_plain((unsigned char)*value))
			*at++ = *value;
		else
			at += sprintf(at, "%%%02X", (unsigned char)*value);
	}
	*at = '\0';
	m->len = (size_t)(at - m->text);
}

void marker_add_number(struct marker_text *m, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	marker_add(m, name, text);
}

/* The raw value of a field: from behind "name=" to the next blank. */
static bool find(struct bytes text, const char *name, struct bytes *value)
{
	size_t name_len = strlen(name), at = 0;

	while (at < text.len) {
		const char *field = text.data + at;
		const char *blank = memchr(field, ' ', text.len - at);
		size_t len = blank ? (size_t)(blank - field) : text.len - at;

		if (len > name_len && memcmp(field, name, name_len) == 0 && field[name_len] == '=') {
			*value = (struct bytes){ field + name_len + 1, len - name_len - 1 };
			return true;
		}
		at += len + 1;
	}
	return false;
}

bool marker_word(struct bytes text, struct bytes *word)
{
	struct bytes version;

	if (text.len < strlen(MARKER_PREFIX) ||
	    memcmp(text.data, MARKER_PREFIX, strlen(MARKER_PREFIX)) != 0)
		return false;
	if (!find(text, "v", &version) || version.len != 1 || version.data[0] != MARKER_VERSION[0])
		return false;
	if (!find(text, "op", word) || word->len <= strlen("modtrail-"))
		return false;
	word->data += strlen("modtrail-");
	word->len -= strlen("modtrail-");
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool marker_get(struct bytes text, const char *name, char *out, size_t size)
{
	struct bytes value;
	size_t len = 0;

	if (!find(text, name, &value))
		return false;
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (c == '%') {
			int high = value.len - i > 2 ? hex_digit(value.data[i + 1]) : -1;
			int low = value.len - i > 2 ? hex_digit(value.data[i + 2]) : -1;

			if (high < 0 || low < 0 || (high == 0 && low == 0))
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (len + 1 >= size)
			return false;
		out[len++] = c;
	}
	out[len] = '\0';
	return true;
}

bool marker_get_number(struct bytes text, const char *name, int64_t *out)
{
	char value[24], *end;
	long long number;

	if (!marker_get(text, name, value, sizeof(value)) || value[0] == '\0' || value[0] == ' ')
		return false;
	number = strtoll(value, &end, 10);
	if (*end != '\0')
		return false;
	*out = number;
	return true;
}
