#include "read/logset.h"

#include "base/error_access.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* How often, and how far apart, a folder is listed while its files are being renamed. */
#define LISTINGS_MAX 10
#define RENAMING_MS 2
/* More digits than any rotation has: the number of a year, day and second. */
#define NUMBER_DIGITS 9
/* A date is written with eight digits at least: 20261123. */
#define DATE_DIGITS 8

static const char *const packed_suffixes[] = {
	".gz", ".bz2", ".xz", ".zst",
#define FOREIGN_FROM 4
	".lz4", ".lz", ".lzma", ".lzo", ".Z", ".br", ".zip", ".7z", ".rar",
};

/* The length of name without such a suffix. */
static size_t strip_packed(const char *name, size_t len, bool *foreign)
{
	for (size_t i = 0; i < ARRAY_SIZE(packed_suffixes); i++) {
		size_t suffix_len = strlen(packed_suffixes[i]);

		if (len > suffix_len &&
		    memcmp(name + len - suffix_len, packed_suffixes[i], suffix_len) == 0) {
			*foreign = i >= FOREIGN_FROM;
			return len - suffix_len;
		}
	}
	return len;
}

static size_t digits_before(const char *name, size_t len)
{
	size_t n = 0;

	while (n < len && isdigit((unsigned char)name[len - n - 1]))
		n++;
	return n;
}

/* Fills the members that follow from the name. */
static void parse_name(const char *name, struct logset_entry *e)
{
	bool foreign = false;
	size_t len = strlen(name);
	size_t bare = strip_packed(name, len, &foreign);
	size_t digits = digits_before(name, bare);
	size_t before = bare - digits;

	*e = (struct logset_entry){
		.name = name, .packed = bare != len, .foreign = foreign, .age = LOG_NEWEST,
	};
	e->base_len = bare;
	if (digits == 0 || before < 2)
		return;
	if (name[before - 1] == '.' && digits <= NUMBER_DIGITS) {
		e->age = LOG_NUMBERED;
		e->number = strtoul(name + before, NULL, 10);
		e->base_len = before - 1;
	} else if (name[before - 1] == '-' && digits >= DATE_DIGITS) {
		e->age = LOG_DATED;
		e->date = name + before;
		e->base_len = before - 1;
	}
}

/* Is a file name that of a rotated or compressed log (audit.log.3, audit.log.gz)? */
static bool is_rotated(const char *name)
{
	struct logset_entry e;

	parse_name(name, &e);
	return e.base_len != strlen(name);
}

static bool belongs(const struct logset *set, const struct logset_entry *e)
{
	if (set->base == NULL)
		return e->base_len > 4 && memcmp(e->name + e->base_len - 4, ".log", 4) == 0;
	/* A rotated file that the user names is read alone. */
	if (strcmp(e->name, set->base) == 0 || is_rotated(set->base))
		return strcmp(e->name, set->base) == 0;
	return strlen(set->base) == e->base_len && memcmp(e->name, set->base, e->base_len) == 0;
}

static int compare_bases(const struct logset_entry *a, const struct logset_entry *b)
{
	int order = memcmp(a->name, b->name, MIN(a->base_len, b->base_len));

	if (order != 0)
		return order;
	return (a->base_len > b->base_len) - (a->base_len < b->base_len);
}

/* The same place in the set, unpacked or not. */
static int compare_rotations(const struct logset_entry *a, const struct logset_entry *b)
{
	int order = compare_bases(a, b);

	if (order != 0)
		return order;
	if (a->age != b->age)
		return a->age < b->age ? -1 : 1;
	if (a->age == LOG_NUMBERED)
		return (a->number < b->number) - (a->number > b->number);
	if (a->age == LOG_DATED) {
		size_t a_len = strspn(a->date, "0123456789");
		size_t b_len = strspn(b->date, "0123456789");

		order = memcmp(a->date, b->date, MIN(a_len, b_len));
		return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
	}
	return 0;
}

/*
 * Of two twins the unpacked one is whole, so it is read first. But what is
 * packed under the newest file's name is older than that file.
 */
static int compare_entries(const void *x, const void *y)
{
	const struct logset_entry *a = x, *b = y;
	int order = compare_rotations(a, b);

	if (order != 0 || a->packed == b->packed)
		return order != 0 ? order : strcmp(a->name, b->name);
	return (a->packed ? 1 : -1) * (a->age == LOG_NEWEST ? -1 : 1);
}

static void mark_twins(struct logset_list *list)
{
	for (size_t i = 1; i < list->len; i++) {
		struct logset_entry *e = &list->entries[i];

		e->twin = e->packed && e->age != LOG_NEWEST && !e[-1].packed &&
			  compare_rotations(&e[-1], e) == 0;
	}
}

/* Returns 1 if the file was added, 0 if it is gone or no regular file. */
static int add(struct logset_list *list, const struct logset *set, const struct logset_entry *found)
{
	const char *dir = set->dir;
	struct logset_entry e = *found, *grown;
	size_t dir_len = strlen(dir);
	bool slash = dir_len > 0 && dir[dir_len - 1] == '/';
	bool any = set->base != NULL && strcmp(found->name, set->base) == 0;

	if (asprintf(&e.path, "%s%s%s", dir, slash ? "" : "/", found->name) < 0)
		return ERR_NOMEM;
	/* A file that cannot be examined is kept: opening it will tell why. */
	if (stat(e.path, &e.stat) < 0 ? errno == ENOENT : !any && !S_ISREG(e.stat.st_mode)) {
		free(e.path);
		return 0;
	}
	grown = reallocarray(list->entries, list->len + 1, sizeof(*grown));
	if (grown == NULL) {
		free(e.path);
		return ERR_NOMEM;
	}
	/* The name that was parsed dies with the folder's listing: point into the path. */
	e.name = e.path + strlen(e.path) - strlen(found->name);
	if (found->date != NULL)
		e.date = e.name + (found->date - found->name);
	grown[list->len++] = e;
	list->entries = grown;
	return 1;
}

static void closedirp(DIR **dir)
{
	if (*dir != NULL)
		closedir(*dir);
}

static int list_folder(const struct logset *set, struct logset_list *out, struct error *err)
{
	AUTO(closedirp) DIR *dir = opendir(set->dir);
	struct logset_entry e;

	if (dir == NULL && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (dir == NULL && errno == EACCES && set->base != NULL) {
		parse_name(set->base, &e);
		return add(out, set, &e);
	}
	if (dir == NULL)
		return error_access(err, ERR_INPUT, "list", set->dir, errno);

	for (const struct dirent *d; (d = readdir(dir)) != NULL;) {
		parse_name(d->d_name, &e);
		if (belongs(set, &e) && add(out, set, &e) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

static int list_once(const struct logset *set, struct logset_list *out, struct error *err)
{
	int rc;

	*out = (struct logset_list){ 0 };
	rc = list_folder(set, out, err);
	if (rc < 0) {
		logset_release(out);
		return rc == ERR_NOMEM ? error_set(err, rc, "out of memory") : rc;
	}
	if (out->len > 0)
		qsort(out->entries, out->len, sizeof(*out->entries), compare_entries);
	mark_twins(out);
	return 0;
}

/* Whether the same files have the same names. */
static bool are_same(const struct logset_list *a, const struct logset_list *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++) {
		const struct logset_entry *x = &a->entries[i], *y = &b->entries[i];

		if (strcmp(x->path, y->path) != 0 || x->stat.st_ino != y->stat.st_ino ||
		    x->stat.st_dev != y->stat.st_dev)
			return false;
	}
	return true;
}

/*
 * A file that is renamed between readdir() and stat() is missing from a listing.
 * Two listings that agree saw no rename.
 */
int logset_list(const struct logset *set, struct logset_list *out, struct error *err)
{
	const struct timespec pause = { 0, RENAMING_MS * 1000000L };
	struct logset_list before = { 0 };
	bool same = false;
	int rc = list_once(set, out, err);

	for (int n = 1; rc == 0 && !same && n < LISTINGS_MAX; n++) {
		if (n > 1)
			nanosleep(&pause, NULL);
		before = *out;
		rc = list_once(set, out, err);
		same = are_same(&before, out);
		logset_release(&before);
	}
	return rc;
}

void logset_release(struct logset_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->entries[i].path);
	free(list->entries);
	*list = (struct logset_list){ 0 };
}
