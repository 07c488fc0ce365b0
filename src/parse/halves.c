#include "parse/halves.h"

#include <string.h>

#define ENRICHED '\x1d'

#define WORD(text) { text, sizeof(text) - 1 }

/* The longest known escape of 0x1D has 6 bytes (\u001d). */
#define SEPARATOR_MAX 8

/* The fields that auditd has names for (auparse, typetab.h). */
static const struct bytes labels[] = {
	WORD("ARCH"), WORD("SYSCALL"), WORD("SADDR"),
	WORD("AUID"), WORD("UID"), WORD("EUID"), WORD("SUID"), WORD("FSUID"), WORD("OUID"),
	WORD("OAUID"), WORD("OLD-AUID"), WORD("SAUID"), WORD("IUID"), WORD("INODE_UID"),
	WORD("OBJ_UID"), WORD("ID"),
	WORD("GID"), WORD("EGID"), WORD("SGID"), WORD("FSGID"), WORD("OGID"), WORD("IGID"),
	WORD("INODE_GID"), WORD("OBJ_GID"), WORD("NEW_GID"),
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What a collector puts behind a line is nobody's. */
static struct bytes without_blanks_behind(struct bytes text)
{
	while (text.len > 0 && is_blank(text.data[text.len - 1]))
		text.len--;
	return text;
}

/* The length of the longest label that text ends in; 0: none. */
static size_t ending_label(struct bytes text)
{
	size_t longest = 0;

	for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
		if (labels[i].len > longest && labels[i].len <= text.len &&
		    memcmp(text.data + text.len - labels[i].len, labels[i].data, labels[i].len) == 0)
			longest = labels[i].len;
	return longest;
}

/* Where the value begins that is the end of text: "alice", { saddr_fam=... }, or a word. */
static const char *value_start(struct bytes text)
{
	char last = text.data[text.len - 1];

	if (last == '"' || last == '}')
		return memrchr(text.data, last == '"' ? '"' : '{', text.len - 1);
	for (const char *p = text.data + text.len; p > text.data && p[-1] != ' '; p--)
		if (p[-1] == '=')
			return p;
	return NULL;
}

/* Where the field of auditd's begins that is the end of text; NULL: it is none. */
static const char *field_start(struct bytes text)
{
	const char *value = text.len > 0 ? value_start(text) : NULL;
	struct bytes name;

	/* Nearly all that is not auditd's fails at the letter before the sign. */
	if (value == NULL || value - text.data < 3 || value[-1] != '=' || value[-2] < 'A' ||
	    value[-2] > 'Z')
		return NULL;
	name = (struct bytes){ text.data, (size_t)(value - 1 - text.data) };
	name.len -= ending_label(name);
	return name.data + name.len == value - 1 ? NULL : name.data + name.len;
}

/* Where the fields of auditd's begin that are the end of text; NULL: there are none. */
static const char *names_start(struct bytes text)
{
	const char *found = NULL, *start;

	while ((start = field_start(text)) != NULL) {
		found = start;
		if (start == text.data || start[-1] != ' ')
			break;
		text.len = (size_t)(start - 1 - text.data);
	}
	return found;
}

/* What is behind the quote that ends a user's message, which is the kernel's. */
static struct bytes behind_message(struct bytes all)
{
	const char *quote = all.len > 0 ? memrchr(all.data, '\'', all.len) : NULL;

	if (quote == NULL)
		return (struct bytes){ all.data + all.len, 0 };
	return (struct bytes){ quote + 1, (size_t)(all.data + all.len - quote - 1) };
}

static struct halves cut(struct bytes all, const char *end, const char *names)
{
	struct bytes behind = { names, (size_t)(all.data + all.len - names) };

	return (struct halves){
		{ all.data, (size_t)(end - all.data) },
		without_blanks_behind(behind),
	};
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_value_byte(char c)
{
	return is_letter_or_digit(c) || (c != '\0' && strchr("():.,-_/", c) != NULL);
}

/*
 * Where the last value of the kernel's ends that text holds. It is "quoted", or
 * made of letters, digits and ( ) : . , - _ /, of which a letter, a digit or ) is last.
 */
static const char *kernel_end(struct bytes text)
{
	const char *sign = text.len > 0 ? memrchr(text.data, '=', text.len) : NULL;
	const char *end = text.data + text.len, *value = sign != NULL ? sign + 1 : text.data, *p;

	if (value < end && *value == '"') {
		p = memchr(value + 1, '"', (size_t)(end - value - 1));
		return p == NULL ? end : p + 1;
	}
	for (p = value; p < end && is_value_byte(*p); p++)
		;
	while (p > value && p[-1] != ')' && !is_letter_or_digit(p[-1]))
		p--;
	return p;
}

/*
 * Whether 0x1D may have become this on its way: a few bytes, and blanks at most around
 * them. What begins with a letter or digit between blanks is a word.
 */
static bool may_be_separator(struct bytes text)
{
	struct bytes core = without_blanks_behind(text);

	if (text.len > SEPARATOR_MAX)
		return false;
	while (core.len > 0 && is_blank(*core.data)) {
		core.data++;
		core.len--;
	}
	if (core.len == 0)
		return true;
	return memchr(core.data, ' ', core.len) == NULL &&
	       (core.len == text.len || !is_letter_or_digit(*core.data));
}

/* within: where the separator may be. A lost one of a user record is right at its start. */
static struct halves cut_lost(struct bytes all, struct bytes within, bool user)
{
	const char *names = names_start(without_blanks_behind(within)), *end = all.data + all.len, *raw_end;

	if (names == NULL)
		return cut(all, end, end);
	raw_end = user ? within.data
		       : kernel_end((struct bytes){ within.data, (size_t)(names - within.data) });
	if (!may_be_separator((struct bytes){ raw_end, (size_t)(names - raw_end) }))
		return cut(all, end, end);
	return cut(all, raw_end, names);
}

struct halves record_halves(const struct record_head *line)
{
	struct bytes all = line->fields, within = all;
	bool user = line->kind->role == RECORD_USER;
	const char *separator;

	if (user && all.len > 0 && memchr(all.data, '\'', all.len) != NULL)
		within = behind_message(all);
	else
		user = false;
	separator = within.len > 0 ? memchr(within.data, ENRICHED, within.len) : NULL;
	if (separator == NULL)
		return cut_lost(all, within, user);
	if (user && separator != within.data)
		return cut(all, all.data + all.len, all.data + all.len);
	return cut(all, separator, separator + 1);
}
