#include "parse/halves.h"

#include <string.h>

#define ENRICHED '\x1d'

#define WORD(text) { text, sizeof(text) - 1 }

/* What 0x1D becomes on the way, besides nothing. */
static const struct bytes separators[] = {
	WORD("#035"), WORD("\\035"), WORD("\\x1d"), WORD("\\x1D"), WORD("\\u001d"),
	WORD("\\u001D"), WORD("<1d>"), WORD("<1D>"), WORD("<GS>"), WORD("^]"), WORD("\xef\xbf\xbd"),
	WORD(" "),
};

/* The fields that auditd has names for (auparse, typetab.h). */
static const struct bytes labels[] = {
	WORD("ARCH"), WORD("SYSCALL"), WORD("SADDR"),
	WORD("AUID"), WORD("UID"), WORD("EUID"), WORD("SUID"), WORD("FSUID"), WORD("OUID"),
	WORD("OAUID"), WORD("OLD-AUID"), WORD("SAUID"), WORD("IUID"), WORD("INODE_UID"),
	WORD("OBJ_UID"), WORD("ID"),
	WORD("GID"), WORD("EGID"), WORD("SGID"), WORD("FSGID"), WORD("OGID"), WORD("IGID"),
	WORD("INODE_GID"), WORD("OBJ_GID"), WORD("NEW_GID"),
};

static bool ends_with(struct bytes text, struct bytes word)
{
	return text.len >= word.len &&
	       memcmp(text.data + text.len - word.len, word.data, word.len) == 0;
}

/* How many bytes at the end of text are one of the words, the longest that fits; 0: none. */
static size_t ending(struct bytes text, const struct bytes *words, size_t count)
{
	size_t longest = 0;

	for (size_t i = 0; i < count; i++)
		if (words[i].len > longest && ends_with(text, words[i]))
			longest = words[i].len;
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
	name.len -= ending(name, labels, ARRAY_SIZE(labels));
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
	return (struct halves){
		{ all.data, (size_t)(end - all.data) },
		{ names, (size_t)(all.data + all.len - names) },
	};
}

/* within: where the separator may be. A lost one of a user record is right at its start. */
static struct halves cut_lost(struct bytes all, struct bytes within, bool user)
{
	const char *names = names_start(within), *end = all.data + all.len;
	struct bytes before;

	if (names == NULL)
		return cut(all, end, end);
	before = (struct bytes){ within.data, (size_t)(names - within.data) };
	before.len -= ending(before, separators, ARRAY_SIZE(separators));
	return user && before.len > 0 ? cut(all, end, end)
				      : cut(all, before.data + before.len, names);
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
