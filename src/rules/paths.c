#include "rules/paths.h"

#include "base/array.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

void paths_init(struct paths *p, bool live)
{
	*p = (struct paths){ .live = live };
}

static void fact_free(struct path_fact *f)
{
	if (f == NULL)
		return;
	free(f->path);
	free(f->place);
	free(f->real);
	free(f);
}

static void fact_freep(struct path_fact **f)
{
	fact_free(*f);
}

void paths_release(struct paths *p)
{
	for (size_t i = 0; i < p->count; i++)
		fact_free(p->fact[i]);
	free(p->fact);
	*p = (struct paths){ 0 };
}

/* Where path is among the names, or belongs. */
static size_t place_of(const struct paths *p, const char *path)
{
	size_t from = 0, to = p->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(p->fact[middle]->path, path) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

const struct path_fact *paths_find(const struct paths *p, const char *path)
{
	size_t at = place_of(p, path);

	return at < p->count && strcmp(p->fact[at]->path, path) == 0 ? p->fact[at] : NULL;
}

/* Takes f, whatever comes of it. */
static bool insert(struct paths *p, struct path_fact *f)
{
	AUTO(fact_freep) struct path_fact *owned = f;
	size_t at = place_of(p, f->path);

	if (array_grow(&p->fact, &p->capacity, p->count + 1, sizeof(struct path_fact *), NULL) < 0)
		return false;
	memmove(p->fact + at + 1, p->fact + at, (p->count - at) * sizeof(struct path_fact *));
	p->fact[at] = owned;
	p->count++;
	owned = NULL;
	return true;
}

bool paths_put(struct paths *p, const struct path_fact *fact)
{
	AUTO(fact_freep) struct path_fact *f = malloc(sizeof(*f));
	struct path_fact *taken;

	if (f == NULL)
		return false;
	*f = *fact;
	f->path = strdup(fact->path);
	f->place = strdup(fact->place ? fact->place : fact->path);
	f->real = fact->real ? strdup(fact->real) : NULL;
	if (f->path == NULL || f->place == NULL || (fact->real != NULL && f->real == NULL))
		return false;
	taken = f;
	f = NULL;
	return insert(p, taken);
}

/* Splits path into its folder (in folder, at least "/" or ".") and its last part (returned). */
static const char *split(const char *path, char *folder, size_t size)
{
	size_t len = strlen(path);
	size_t end = len;

	while (end > 1 && path[end - 1] == '/')
		end--;
	while (end > 0 && path[end - 1] != '/')
		end--;
	snprintf(folder, size, "%.*s", (int)MIN(end, (size_t)INT_MAX), end > 0 ? path : ".");
	return path + end;
}

/* False: out of memory. */
static bool look_at_folder(struct path_fact *f)
{
	char folder[PATH_MAX], real[PATH_MAX], place[2 * PATH_MAX];
	const char *last = split(f->path, folder, sizeof(folder));
	struct stat st;
	struct statfs fs;

	f->folder = stat(folder, &st) == 0 && S_ISDIR(st.st_mode);
	if (f->folder && statfs(folder, &fs) == 0)
		f->file_system = (uint64_t)fs.f_type;
	if (!f->folder || realpath(folder, real) == NULL)
		return true;
	snprintf(place, sizeof(place), "%s%s%s", real, real[1] ? "/" : "", last);
	return (f->place = strdup(place)) != NULL;
}

static bool look_at_name(struct path_fact *f)
{
	struct stat st;

	if (lstat(f->path, &st) != 0)
		return true;
	f->exists = true;
	f->symlink = S_ISLNK(st.st_mode);
	f->self = (struct file_id){ st.st_dev, st.st_ino };
	if (stat(f->path, &st) != 0)
		return true;
	f->directory = S_ISDIR(st.st_mode);
	f->file = (struct file_id){ st.st_dev, st.st_ino };
	f->file_mode = st.st_mode;
	return (f->real = realpath(f->path, NULL)) != NULL || errno != ENOMEM;
}

const struct path_fact *paths_look(struct paths *p, const char *path)
{
	const struct path_fact *known = paths_find(p, path);
	AUTO(fact_freep) struct path_fact *f = NULL;
	bool before = p->incomplete;
	struct path_fact *taken;

	if (known != NULL || !p->live)
		return known;
	p->incomplete = true;
	if ((f = calloc(1, sizeof(*f))) == NULL || (f->path = strdup(path)) == NULL)
		return NULL;
	if (!look_at_folder(f) || !look_at_name(f) ||
	    (f->place == NULL && (f->place = strdup(path)) == NULL))
		return NULL;
	taken = f;
	f = NULL;
	if (!insert(p, taken))
		return NULL;
	p->incomplete = before;
	return taken;
}
