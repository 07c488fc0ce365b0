/*
 * carry put KIND < FILE, carry get KIND > FILE - hand a file out of the guest
 *
 * The guest and the host share the memory of an ivshmem device: a PCI region
 * that any process may map, without a driver, and that outlives a reboot. Its
 * first page holds the text "modtrail-vm KIND SIZE\n", the file follows.
 * get ends with 1 if there is nothing of that kind.
 */
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEVICES "/sys/bus/pci/devices/*"
#define PAGE 4096

static void die(const char *what)
{
	perror(what);
	exit(125);
}

/* QEMU's ivshmem is 1af4:1110; its region 2 is the shared memory. */
static int is_ours(const char *device)
{
	char path[512], vendor[16] = "", id[16] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/vendor", device);
	if ((f = fopen(path, "r")) == NULL || fgets(vendor, sizeof(vendor), f) == NULL)
		die(path);
	fclose(f);
	snprintf(path, sizeof(path), "%s/device", device);
	if ((f = fopen(path, "r")) == NULL || fgets(id, sizeof(id), f) == NULL)
		die(path);
	fclose(f);
	return strcmp(vendor, "0x1af4\n") == 0 && strcmp(id, "0x1110\n") == 0;
}

static char *map_region(size_t *size)
{
	char path[512];
	struct stat st;
	glob_t found;
	void *p;
	int fd;

	if (glob(DEVICES, 0, NULL, &found) != 0)
		die(DEVICES);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (!is_ours(found.gl_pathv[i]))
			continue;
		snprintf(path, sizeof(path), "%s/resource2", found.gl_pathv[i]);
		if ((fd = open(path, O_RDWR)) < 0 || fstat(fd, &st) < 0)
			die(path);
		p = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED)
			die(path);
		*size = st.st_size;
		return p;
	}
	fputs("carry: no ivshmem device\n", stderr);
	exit(125);
}

static int put(char *region, size_t room, const char *kind)
{
	size_t size = 0;
	ssize_t n;

	region[0] = '\0';	/* until the file is whole, there is none */
	while ((n = read(0, region + PAGE + size, room - PAGE - size)) > 0)
		size += n;
	if (n < 0)
		die("carry");
	if (size == room - PAGE) {
		fputs("carry: the file is too large\n", stderr);
		return 125;
	}
	snprintf(region + 1, PAGE - 1, "odtrail-vm %s %zu\n", kind, size);
	region[0] = 'm';
	return 0;
}

static int get(const char *region, size_t room, const char *kind)
{
	char found[32] = "";
	size_t size, done = 0;
	ssize_t n;

	if (sscanf(region, "modtrail-vm %31s %zu", found, &size) != 2 ||
	    strcmp(found, kind) != 0 || size > room - PAGE)
		return 1;
	while (done < size) {
		if ((n = write(1, region + PAGE + done, size - done)) < 0)
			die("carry");
		done += n;
	}
	return 0;
}

int main(int argc, char **argv)
{
	size_t room = 0;
	char *region;

	if (argc != 3)
		return 125;
	region = map_region(&room);
	return strcmp(argv[1], "put") == 0 ? put(region, room, argv[2]) : get(region, room, argv[2]);
}
