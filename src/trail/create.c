#include "trail/private.h"

#include "empty.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE 0640	/* SQLite gives it to -wal and -shm, too */

static int open_nameless(const char *path)
{
	AUTO(freep) char *copy = strdup(path);

	return copy == NULL ? -1 : open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, MODE);
}

static bool write_all(int fd, const void *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data = (const char *)data + n;
		len -= (size_t)n;
	}
	return true;
}

/*
 * What root makes belongs to whom its folder belongs to: the reader runs as a user of its own,
 * and must be able to go on with it. SQLite gives -wal and -shm the owner of the trail.
 */
static void give_to_folder_owner(int fd, const char *path)
{
	AUTO(freep) char *copy = strdup(path);
	struct stat folder;

	if (geteuid() != 0 || copy == NULL || stat(dirname(copy), &folder) < 0 || folder.st_uid == 0)
		return;
	/* If it is refused, the reader will say that it cannot open the trail. */
	if (fchown(fd, folder.st_uid, folder.st_gid) < 0)
		return;
}

/*
 * The trail gets its name when it is whole and on the disk, so that nobody ever
 * sees half of one. Not every file system can do that.
 */
static bool create_whole(const char *path)
{
	AUTO(closep) int fd = open_nameless(path);
	char name[40];

	if (fd < 0 || !write_all(fd, empty_trail, sizeof(empty_trail)) || fdatasync(fd) < 0)
		return false;
	give_to_folder_owner(fd, path);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, name, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

/*
 * An existing file is not opened here: closing it again would drop the locks
 * that another connection of this process holds on it.
 */
int store_create(const char *path, struct error *err)
{
	int fd;

	if (create_whole(path))
		return 0;
	/* Whatever it was: if it is an error for an empty file, too, that one will say so. */
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, MODE);
	if (fd < 0 && errno != EEXIST)
		return error_set(err, ERR_TRAIL, "cannot create trail '%s': %s", path,
				 strerror(errno));
	if (fd >= 0) {
		give_to_folder_owner(fd, path);
		close(fd);
	}
	return 0;
}
