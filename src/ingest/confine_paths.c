/*
 * The paths that a reader of logs opens after it has confined itself.
 */
#include "ingest/confine.h"

#include "read/logset.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>

/* A log that does not exist yet will be created below its nearest existing folder. */
static void allow_coming(struct confine *c, char *path)
{
	struct stat st;

	do
		path = dirname(path);
	while (stat(path, &st) < 0 && strcmp(path, "/") != 0 && strcmp(path, ".") != 0);
	confine_read(c, path);
}

/* An error other than ERR_NOMEM is ignored: opening the log will report it. */
static int allow_links(struct confine *c, const struct logset *set, struct error *err)
{
	struct logset_list list;
	struct stat st;
	int rc = logset_list(set, &list, err);

	if (rc < 0)
		return rc == ERR_NOMEM ? rc : 0;
	for (size_t i = 0; i < list.len; i++)
		if (lstat(list.entries[i].path, &st) == 0 && S_ISLNK(st.st_mode))
			confine_read(c, list.entries[i].path);
	logset_release(&list);
	return 0;
}

void confine_write_trail(struct confine *c, const char *folder)
{
	confine_read(c, "/dev/urandom");	/* SQLite's */
	confine_read(c, "/etc/nsswitch.conf");	/* an error names a group */
	confine_read(c, "/etc/group");
	confine_write(c, folder);
}

int confine_read_log(struct confine *c, const char *path, bool follow, struct error *err)
{
	AUTO(freep) char *real = realpath(path, NULL);
	AUTO(freep) char *folder = strdup(real != NULL ? real : path);
	AUTO(freep) char *name = strdup(real != NULL ? real : path);
	AUTO(freep) char *above = NULL;
	struct logset set = { 0 };
	struct stat st;

	if (strcmp(path, "-") == 0)
		return 0;
	if (folder == NULL || name == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if (real == NULL) {
		if (follow)
			allow_coming(c, folder);
		return 0;
	}
	set.dir = real;
	if (stat(real, &st) == 0 && !S_ISDIR(st.st_mode)) {
		set.dir = dirname(folder);
		set.base = basename(name);
	}
	if (follow && asprintf(&above, "%s/..", set.dir) < 0) {
		above = NULL;
		return error_set(err, ERR_NOMEM, "out of memory");
	}
	confine_read(c, above != NULL ? above : set.dir);
	return allow_links(c, &set, err);
}
