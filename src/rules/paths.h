/*
 * Facts about file names that audit rules mention: what is there, whether it
 * is a symbolic link, and where it leads. Collected once, so that what is
 * predicted from them is a function of plain data.
 */
#ifndef MODTRAIL_RULES_PATHS_H
#define MODTRAIL_RULES_PATHS_H

#include "base/util.h"

#include <stdbool.h>
#include <stdint.h>

/* The kernel knows files by device and inode; ino 0 stands for "no file". */
struct file_id {
	uint64_t dev, ino;
};

struct path_fact {
	char *path;		/* as asked for */
	char *place;		/* where the name is: folder with links followed, last part */
	char *real;		/* all links followed; NULL if there is no file at the end */
	bool folder;		/* its folder exists: what the kernel wants of a watch */
	bool exists, symlink;	/* of the name itself, the last link not followed */
	bool directory;		/* at the end of all links */
	struct file_id self;	/* the name itself: of a symbolic link, the link */
	struct file_id file;	/* at the end of all links */
	uint32_t file_mode;
	uint64_t file_system;	/* statfs type of the name's folder; 0 if unknown */
};

/*
 * A table of facts. live: unknown names are looked up in the file system
 * and added; otherwise (another host, a test) what is not in it is unknown.
 */
struct paths {
	struct path_fact **fact;	/* sorted by path */
	size_t count, capacity;
	bool live;
	bool incomplete;	/* a name was looked up and not added: out of memory */
};

void paths_init(struct paths *p, bool live);
void paths_release(struct paths *p);

/* The facts about path, or NULL: unknown, or out of memory. Borrowed until paths_release(). */
const struct path_fact *paths_look(struct paths *p, const char *path);
const struct path_fact *paths_find(const struct paths *p, const char *path);

/* Adds a copy of *fact (strings included; place and real may be NULL). False: out of memory. */
must_check bool paths_put(struct paths *p, const struct path_fact *fact);

static inline bool same_file(struct file_id a, struct file_id b)
{
	return a.ino != 0 && a.ino == b.ino && a.dev == b.dev;
}

#endif
