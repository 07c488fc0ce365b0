#include "read/reader.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define FILE_SIZE ((size_t)9 << 20)
#define BLOCK ((size_t)1 << 16)
#define ROOM (4 * BLOCK)

struct big {
	int fd;
	struct reader reader;
	struct error err;
	char *room;
};

/* A byte of the file, by its place. */
static char byte_at(uint64_t pos)
{
	return (char)((pos * UINT64_C(0x9e3779b97f4a7c15)) >> 56);
}

static void big_open(struct big *b)
{
	char path[] = "/tmp/modtrail-reader-XXXXXX", *content = malloc(FILE_SIZE);

	assert_non_null(content);
	for (size_t i = 0; i < FILE_SIZE; i++)
		content[i] = byte_at(i);
	b->fd = mkstemp(path);
	assert_true(b->fd >= 0);
	unlink(path);
	assert_int_equal(write(b->fd, content, FILE_SIZE), FILE_SIZE);
	free(content);
	assert_int_equal(reader_open(&b->reader, b->fd, "big", false, &b->err), 0);
	b->room = malloc(ROOM);
	assert_non_null(b->room);
}

static void big_close(struct big *b)
{
	reader_close(&b->reader);
	free(b->room);
	close(b->fd);
}

static void assert_bytes_from(const char *data, size_t len, uint64_t pos)
{
	for (size_t i = 0; i < len; i++)
		if (data[i] != byte_at(pos + i))
			fail_msg("byte %zu of the %zu at %llu is another", i, len, (unsigned long long)pos);
}

/* Reads on at a place of the room, and looks at what came. */
static size_t read_on(struct big *b, size_t place, size_t len)
{
	uint64_t pos = b->reader.pos;
	ssize_t n = reader_read_on(&b->reader, b->room + place, len, ROOM - place, &b->err);

	assert_true(n >= 0);
	assert_bytes_from(b->room + place, (size_t)n, pos);
	return (size_t)n;
}

static unsigned threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	unsigned count = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static void read_into_growing_places(struct big *b, uint64_t until)
{
	size_t place = 0, n;

	while (b->reader.pos < until) {
		n = read_on(b, place, BLOCK);
		assert_int_equal(n, BLOCK);
		place = place + n + BLOCK <= ROOM ? place + n : 0;
	}
}

static void a_file_is_read_ahead_to_its_end(void **state)
{
	unsigned before = threads();
	struct big b;

	(void)state;
	big_open(&b);
	read_into_growing_places(&b, FILE_SIZE);
	assert_int_equal(threads(), before + 1);
	assert_int_equal(read_on(&b, 0, BLOCK), 0);
	assert_int_equal(read_on(&b, 0, BLOCK), 0);
	big_close(&b);
	assert_int_equal(threads(), before);
}

static void a_short_file_needs_no_thread(void **state)
{
	unsigned before = threads();
	struct big b;

	(void)state;
	big_open(&b);
	assert_int_equal(ftruncate(b.fd, 1 << 20), 0);
	read_into_growing_places(&b, 1 << 20);
	assert_int_equal(read_on(&b, 0, BLOCK), 0);
	assert_int_equal(threads(), before);
	big_close(&b);
}

/* What the window does when it slides, and when little room is left. */
static void the_next_bytes_come_wherever_and_however_many_are_wanted(void **state)
{
	unsigned seed = 1;
	struct big b;

	(void)state;
	big_open(&b);
	while (b.reader.pos < FILE_SIZE) {
		seed = seed * 1103515245 + 12345;
		read_on(&b, (seed >> 8) % (ROOM - BLOCK), 1 + (seed >> 16) % BLOCK);
	}
	big_close(&b);
}

static void a_seek_gives_up_what_was_read_ahead(void **state)
{
	struct big b;

	(void)state;
	big_open(&b);
	read_into_growing_places(&b, 4 << 20);
	assert_int_equal(reader_seek(&b.reader, 12345, &b.err), 1);
	assert_int_equal(read_on(&b, 0, BLOCK), BLOCK);
	assert_int_equal(reader_seek(&b.reader, b.reader.pos + 99, &b.err), 1);
	assert_int_equal(read_on(&b, BLOCK, BLOCK), BLOCK);
	big_close(&b);
}

static void an_error_ahead_of_time_is_told_in_its_place(void **state)
{
	struct big b;
	int nothing = open("/tmp", O_RDONLY), kept;
	ssize_t n;

	(void)state;
	big_open(&b);
	kept = dup(b.fd);
	read_into_growing_places(&b, 4 << 20);
	read_on(&b, 0, BLOCK);
	dup2(nothing, b.fd);
	/* The block under way may have been read before. */
	n = reader_read_on(&b.reader, b.room, BLOCK, ROOM, &b.err);
	assert_true(n == BLOCK || n == ERR_INPUT);
	assert_int_equal(reader_read_on(&b.reader, b.room, BLOCK, ROOM, &b.err), ERR_INPUT);
	assert_string_equal(b.err.text, "cannot read 'big': Is a directory");
	dup2(kept, b.fd);
	assert_int_equal(read_on(&b, 0, BLOCK), BLOCK);
	big_close(&b);
	close(nothing);
	close(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_ahead_to_its_end),
		cmocka_unit_test(a_short_file_needs_no_thread),
		cmocka_unit_test(the_next_bytes_come_wherever_and_however_many_are_wanted),
		cmocka_unit_test(a_seek_gives_up_what_was_read_ahead),
		cmocka_unit_test(an_error_ahead_of_time_is_told_in_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
