#include "read/prefetch.h"

#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define MIB ((off_t)1 << 20)
#define BLOCK ((size_t)64 << 10)

/* Not in /tmp, which may have nothing but memory. */
static int new_file(void)
{
	char path[] = "/var/tmp/modtrail-prefetch-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	return fd;
}

/* at: where a page begins. Reading, even if it must not wait, would bring it in. */
static bool is_cached(int fd, off_t at)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *map = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, at);
	unsigned char in_memory;

	assert_ptr_not_equal(map, MAP_FAILED);
	assert_int_equal(mincore(map, page, &in_memory), 0);
	munmap(map, page);
	return in_memory & 1;
}

static bool make_cold(int fd)
{
	assert_int_equal(fsync(fd), 0);
	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	return !is_cached(fd, 0);
}

/* A file of one hole: it lies in the page cache as any other, and no disk is waited for. */
static int cold_hole(off_t size)
{
	int fd = new_file();

	assert_int_equal(ftruncate(fd, size), 0);
	if (!make_cold(fd))
		skip();
	return fd;
}

/* One after the other up to `to`, which is not read any more. */
static void read_blocks(struct prefetch *p, int fd, off_t at, off_t to)
{
	static char block[BLOCK];

	for (; at < to; at += BLOCK)
		assert_int_equal(prefetch_read(p, fd, block, BLOCK, (uint64_t)at), BLOCK);
}

static void who_waited_finds_the_way_ahead_in_memory(void **state)
{
	struct prefetch p = { 0, 0 };
	int fd = cold_hole(128 * MIB);

	(void)state;
	read_blocks(&p, fd, 0, 4 * MIB);
	assert_false(is_cached(fd, 30 * MIB));
	p.rest_from = PREFETCH_DISTANCE;	/* as if somebody had waited */
	/* It takes some calls: a byte that is not there yet is asked for again. */
	read_blocks(&p, fd, 4 * MIB, 8 * MIB);
	assert_true(is_cached(fd, 36 * MIB));
	assert_false(is_cached(fd, 100 * MIB));
	close(fd);
}

static void where_nobody_waits_nothing_is_touched(void **state)
{
	struct prefetch p = { .rest_from = PREFETCH_DISTANCE };
	int fd = cold_hole(128 * MIB);

	(void)state;
	read_blocks(&p, fd, 90 * MIB, 91 * MIB);
	assert_false(is_cached(fd, 115 * MIB));
	close(fd);
}

static void a_wait_is_seen(void **state)
{
	struct prefetch p = { 0, 0 };
	int fd = new_file();
	char *bytes = calloc(4, (size_t)MIB);

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(write(fd, bytes, 4 * (size_t)MIB), 4 * MIB);
	free(bytes);
	read_blocks(&p, fd, MIB, 2 * MIB);
	assert_int_equal(p.rest_from, 0);
	if (!make_cold(fd))
		skip();
	/* The kernel would have all of so small a file at once. */
	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM), 0);
	read_blocks(&p, fd, MIB, 2 * MIB);
	assert_true(p.rest_from >= PREFETCH_DISTANCE + MIB);
	close(fd);
}

static void it_reads_what_pread_reads(void **state)
{
	struct prefetch p = { 0, 0 };
	char bytes[] = "0123456789";
	int fd = new_file();

	(void)state;
	assert_int_equal(write(fd, bytes, 10), 10);
	for (int cold = 0; cold < 2; cold++) {
		memcpy(bytes, "abcdefghij", 10);
		assert_int_equal(prefetch_read(&p, fd, bytes, 10, 4), 6);
		assert_memory_equal(bytes, "456789ghij", 10);
		assert_int_equal(prefetch_read(&p, fd, bytes, 10, 10), 0);
		make_cold(fd);
	}
	close(fd);
	assert_int_equal(prefetch_read(&p, fd, bytes, 10, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_waited_finds_the_way_ahead_in_memory),
		cmocka_unit_test(where_nobody_waits_nothing_is_touched),
		cmocka_unit_test(a_wait_is_seen),
		cmocka_unit_test(it_reads_what_pread_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
