#include "base/escape.h"

#include "base/error.h"

#include <langinfo.h>
#include <stdbool.h>
#include <string.h>

#define INVALID UINT32_MAX

/*
 * Characters that do not show, or that change how others show: controls (C1),
 * soft hyphen, fillers, zero width, joiners, bidi controls, separators, tags.
 */
static const struct { uint32_t first, last; } hidden[] = {
	{ 0x80, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

static bool is_hidden(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return true;
	return false;
}

static bool locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* How many bytes a character takes that begins with byte b; 0 if none does. */
static size_t utf8_len(unsigned char b)
{
	if (b < 0x80)
		return 1;
	if (b >= 0xc2 && b < 0xe0)
		return 2;
	if (b >= 0xe0 && b < 0xf0)
		return 3;
	return b >= 0xf0 && b < 0xf5 ? 4 : 0;
}

/* Overlong forms, surrogates and numbers beyond U+10FFFF are no characters. */
static bool is_character(uint32_t c, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return c >= least[len] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

/* The first character of text, which is not empty; INVALID with *len 1 for a byte that is none. */
static uint32_t utf8_first(struct bytes text, size_t *len)
{
	const unsigned char *p = (const unsigned char *)text.data;
	size_t want = utf8_len(p[0]);
	uint32_t c = want > 1 ? p[0] & (0x7fu >> want) : p[0];

	*len = 1;
	if (want == 0 || want > text.len)
		return INVALID;
	for (size_t i = 1; i < want; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return INVALID;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (!is_character(c, want))
		return INVALID;
	*len = want;
	return c;
}

/*
 * The same for its place: a terminal of another encoding takes bytes, and what
 * is a letter in UTF-8 may hold one that is a control to it (0x9b).
 */
static uint32_t first_character(enum escape how, struct bytes text, size_t *len)
{
	uint32_t c = utf8_first(text, len);

	if (how != ESCAPE_TERMINAL || c < 0x80 || locale_is_utf8())
		return c;
	*len = 1;
	return INVALID;
}

#define SPELT_MAX sizeof("\\u{10ffff}")

/* How a terminal is shown what cannot stand as it is. Returns its length. */
static size_t spell(char out[SPELT_MAX], uint32_t c, unsigned char byte)
{
	static const char *const names[] = { ['\n'] = "\\n", ['\t'] = "\\t", ['\\'] = "\\\\" };

	if (c < ARRAY_SIZE(names) && names[c] != NULL)
		return (size_t)snprintf(out, SPELT_MAX, "%s", names[c]);
	if (c >= 0x80 && c != INVALID)
		return (size_t)snprintf(out, SPELT_MAX, "\\u{%04x}", (unsigned)c);
	return (size_t)snprintf(out, SPELT_MAX, "\\x%02x", byte);
}

static void put_terminal(FILE *out, uint32_t c, unsigned char byte)
{
	char spelt[SPELT_MAX];

	spell(spelt, c, byte);
	fputs(spelt, out);
}

static void put_json(FILE *out, uint32_t c)
{
	static const char *const names[] = {
		['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r",
		['"'] = "\\\"", ['\\'] = "\\\\",
	};

	if (c == INVALID)
		fputs("\xef\xbf\xbd", out);
	else if (c < ARRAY_SIZE(names) && names[c] != NULL)
		fputs(names[c], out);
	else if (c < 0x10000)
		fprintf(out, "\\u%04x", (unsigned)c);
	else
		fprintf(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (c >> 10)),
			(unsigned)(0xdc00 + (c & 0x3ff)));
}

static const char *html_entity(uint32_t c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

/* May this character stand as it is? */
static bool is_plain(enum escape how, uint32_t c)
{
	if (c < ' ' || c == 0x7f || c == '\\' || c == INVALID || (c >= 0x80 && is_hidden(c)))
		return false;
	switch (how) {
	case ESCAPE_HTML: return html_entity(c) == NULL;
	case ESCAPE_TERMINAL:
	case ESCAPE_FILE: return true;
	default: return c != '"';
	}
}

static void put_escaped(FILE *out, enum escape how, uint32_t c, unsigned char byte)
{
	if (how == ESCAPE_JSON)
		put_json(out, c);
	else if (how == ESCAPE_CSV && c == '"')
		fputs("\"\"", out);
	else if (how == ESCAPE_HTML && html_entity(c) != NULL)
		fputs(html_entity(c), out);
	else
		put_terminal(out, c, byte);
}

/* Writes runs of plain characters at once: most text holds nothing else. */
static void put_text(FILE *out, enum escape how, struct bytes text)
{
	size_t start = 0, at = 0, len;

	for (; at < text.len; at += len) {
		struct bytes rest = { text.data + at, text.len - at };
		uint32_t c = first_character(how, rest, &len);

		if (is_plain(how, c))
			continue;
		fwrite(text.data + start, 1, at - start, out);
		put_escaped(out, how, c, (unsigned char)text.data[at]);
		start = at + len;
	}
	if (text.len > start)
		fwrite(text.data + start, 1, text.len - start, out);
}

static bool contains_any(struct bytes text, const char *set)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] != '\0' && strchr(set, text.data[i]) != NULL)
			return true;
	return false;
}

static bool is_formula(struct bytes text)
{
	return contains_any((struct bytes){ text.data, MIN(text.len, 1) }, "=+-@");
}

/* Newlines need no quotes: they are escaped already. */
static void put_csv(FILE *out, struct bytes text)
{
	bool quoted = contains_any(text, ",\"");

	if (quoted)
		fputc('"', out);
	if (is_formula(text))
		fputc('\'', out);
	put_text(out, ESCAPE_CSV, text);
	if (quoted)
		fputc('"', out);
}

void escape_print(FILE *out, enum escape how, struct bytes text)
{
	if (how == ESCAPE_CSV) {
		put_csv(out, text);
		return;
	}
	if (how == ESCAPE_JSON)
		fputc('"', out);
	put_text(out, how, text);
	if (how == ESCAPE_JSON)
		fputc('"', out);
}

/* How many bytes of text are shown in the first so many places of a terminal. */
static size_t shown_in(struct bytes text, size_t places)
{
	size_t at = 0, len;

	while (at < text.len) {
		struct bytes rest = { text.data + at, text.len - at };
		uint32_t c = first_character(ESCAPE_TERMINAL, rest, &len);
		char spelt[SPELT_MAX];
		size_t takes = is_plain(ESCAPE_TERMINAL, c) ? 1
							    : spell(spelt, c, (unsigned char)*rest.data);

		if (takes > places)
			break;
		places -= takes;
		at += len;
	}
	return at;
}

/* end: what stands behind it as it is. */
static int64_t escape_with(char **out, enum escape how, struct bytes text, const char *end)
{
	size_t len = 0;
	char *data = NULL;
	FILE *memory = open_memstream(&data, &len);
	bool failed;

	*out = NULL;
	if (memory == NULL)
		return ERR_NOMEM;
	escape_print(memory, how, text);
	fputs(end, memory);
	failed = ferror(memory);
	if (fclose(memory) != 0 || failed) {
		free(data);
		return ERR_NOMEM;
	}
	*out = data;
	return (int64_t)len;
}

int64_t escape_text(char **out, enum escape how, struct bytes text)
{
	return escape_with(out, how, text, "");
}

int64_t escape_shortened(char **out, struct bytes text, size_t most)
{
	size_t shown = shown_in(text, most);
	const char *ellipsis = locale_is_utf8() ? "\xe2\x80\xa6" : "...";

	return escape_with(out, ESCAPE_TERMINAL, (struct bytes){ text.data, shown },
			   shown < text.len ? ellipsis : "");
}
