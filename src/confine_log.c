/*
 * What a reader of logs opens after it has confined itself.
 */
#include "confine.h"

#include "logset.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>

/* A log that is still to come will be made below a folder that is there. */
static void allow_coming(struct confine *c, char *path)
{
	struct stat st;

	do
		path = dirname(path);
	while (stat(path, &st) < 0 && strcmp(path, "/") != 0 && strcmp(path, ".") != 0);
	confine_read(c, path);
}

static void allow_links(struct confine *c, const struct logset *set)
{
	struct logset_list list;
	struct stat st;

	if (logset_list(set, &list, NULL) < 0)
		return;
	for (size_t i = 0; i < list.len; i++)
		if (lstat(list.entries[i].path, &st) == 0 && S_ISLNK(st.st_mode))
			confine_read(c, list.entries[i].path);
	logset_release(&list);
}

void confine_read_log(struct confine *c, const char *path, bool follow)
{
	AUTO(freep) char *real = realpath(path, NULL);
	AUTO(freep) char *folder = strdup(real != NULL ? real : path);
	AUTO(freep) char *name = strdup(real != NULL ? real : path);
	AUTO(freep) char *above = NULL;
	struct logset set = { 0 };
	struct stat st;

	/* What cannot be named for want of memory cannot be opened, which will be said then. */
	if (folder == NULL || name == NULL)
		return;
	if (real == NULL) {
		if (follow)
			allow_coming(c, folder);
		return;
	}
	set.dir = real;
	if (stat(real, &st) == 0 && !S_ISDIR(st.st_mode)) {
		set.dir = dirname(folder);
		set.base = basename(name);
	}
	if (follow && asprintf(&above, "%s/..", set.dir) < 0)
		above = NULL;
	confine_read(c, above != NULL ? above : set.dir);
	allow_links(c, &set);
}
