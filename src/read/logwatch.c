#include "read/logwatch.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* IN_MASK_ADD: the folder above may be the same one, at the root. */
#define COMES_AND_GOES (IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_MASK_ADD)

void logwatch_open(struct logwatch *w)
{
	*w = (struct logwatch){ inotify_init1(IN_NONBLOCK | IN_CLOEXEC), -1, -1 };
}

void logwatch_close(struct logwatch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/* Cuts the last name off path. Returns false if none is left. */
static bool go_up(char *path)
{
	char *slash;

	if (strcmp(path, "/") == 0 || strcmp(path, ".") == 0)
		return false;
	slash = strrchr(path, '/');
	if (slash == NULL)
		strcpy(path, ".");
	else if (slash == path)
		path[1] = '\0';
	else
		*slash = '\0';
	return true;
}

static int watch_above(int fd, const char *dir)
{
	char path[PATH_MAX];
	int wd;

	if (snprintf(path, sizeof(path), "%s/..", dir) >= (int)sizeof(path))
		return -1;
	while ((wd = inotify_add_watch(fd, path, COMES_AND_GOES | IN_ONLYDIR)) < 0)
		if (!go_up(path))
			return -1;
	return wd;
}

static void replace(int fd, int *wd, int by)
{
	if (*wd >= 0 && *wd != by)
		inotify_rm_watch(fd, *wd);
	*wd = by;
}

void logwatch_aim(struct logwatch *w, const char *dir)
{
	if (w->fd < 0)
		return;
	replace(w->fd, &w->above, watch_above(w->fd, dir));
	replace(w->fd, &w->dir, inotify_add_watch(w->fd, dir, COMES_AND_GOES | IN_MODIFY |
						  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR));
}

bool logwatch_drain(struct logwatch *w, const char *base)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool other = false;
	ssize_t n;

	while (w->fd >= 0 && (n = read(w->fd, buf, sizeof(buf))) > 0) {
		for (const char *p = buf; p < buf + n;) {
			const struct inotify_event *e = (const void *)p;

			if (!(e->mask & IN_MODIFY) || e->len == 0 || strcmp(e->name, base) != 0)
				other = true;
			p += sizeof(*e) + e->len;
		}
	}
	return other;
}
