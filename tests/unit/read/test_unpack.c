/* Packed files: every format whole, in pieces, broken off, damaged, and asking for too much. */
#include "logdir.h"
#include "test.h"

#include "read/unpack.h"

#include <fcntl.h>
#include <lzma.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const how[] = { "gzip", "bzip2", "xz", "zstd" };

struct unpacked {
	struct text text;
	ssize_t last;		/* 0 or the error */
	struct error err;
};

/* Unpacks a file of the folder, step bytes at a time. */
static struct unpacked unpack_all(const char *name, size_t step)
{
	struct unpacked got = { .err = { "" } };
	struct unpacker *u = NULL;
	char *buf = malloc(step);
	int fd = open(logdir_path(name), O_RDONLY | O_CLOEXEC);

	assert_non_null(buf);
	assert_true(fd >= 0);
	assert_true(unpack_is_packed(fd));
	if (unpack_open(&u, fd, name, &got.err) < 0)
		fail_msg("%s", got.err.text);
	while ((got.last = unpack_read(u, buf, step, &got.err)) > 0) {
		assert_false(unpack_has_ended(u));
		text_add(&got.text, buf, (size_t)got.last);
	}
	assert_true(unpack_has_ended(u));
	assert_int_equal(unpack_read(u, buf, step, &got.err), 0);
	unpack_close(u);
	close(fd);
	free(buf);
	return got;
}

static void assert_unpacked(const char *name, size_t step, const struct text *want)
{
	struct unpacked got = unpack_all(name, step);

	assert_int_equal(got.last, 0);
	assert_texts_equal(&got.text, want);
	text_release(&got.text);
}

static void assert_broken(const char *name, const struct text *whole, const char *words)
{
	struct unpacked got = unpack_all(name, 1000);

	assert_int_equal(got.last, ERR_INPUT);
	if (strstr(got.err.text, name) == NULL || strstr(got.err.text, words) == NULL)
		fail_msg("'%s' and '%s' are not in: %s", name, words, got.err.text);
	assert_true(got.text.len <= whole->len);
	if (got.text.len > 0)
		assert_memory_equal(got.text.data, whole->data, got.text.len);
	text_release(&got.text);
}

/* Text that does not become much shorter: some of it is in every part of the packed file. */
static void add_noise(struct text *t, size_t len)
{
	uint64_t state = 1;

	while (t->len < len) {
		char line[32];

		state = state * UINT64_C(6364136223846793005) + 1;
		text_add(t, line, (size_t)snprintf(line, sizeof(line), "%016llx\n",
						   (unsigned long long)state));
	}
}

static void load(const char *name, struct text *t)
{
	char buf[4096];
	size_t n;
	FILE *f = fopen(logdir_path(name), "r");

	assert_non_null(f);
	t->len = 0;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		text_add(t, buf, n);
	fclose(f);
}

static void whatever_is_asked_for_at_a_time_it_is_the_same(void **state)
{
	static const size_t steps[] = { 1, 4096, 1 << 19 };
	struct text t = { 0 };

	(void)state;
	add_noise(&t, 300000);
	logdir_write("plain", t.data, t.len);
	for (size_t i = 0; i < ARRAY_SIZE(how); i++) {
		logdir_pack("plain", "packed", how[i]);
		for (size_t k = 0; k < ARRAY_SIZE(steps); k++)
			assert_unpacked("packed", steps[k], &t);
	}
	text_release(&t);
}

static void pieces_in_a_row_are_read_one_after_the_other(void **state)
{
	struct text one = { 0 }, both = { 0 }, packed = { 0 };

	(void)state;
	add_noise(&one, 100000);
	text_add(&both, one.data, one.len);
	text_add(&both, one.data, one.len);
	logdir_write("plain", one.data, one.len);
	for (size_t i = 0; i < ARRAY_SIZE(how); i++) {
		logdir_pack("plain", "packed", how[i]);
		load("packed", &packed);
		logdir_append("packed", packed.data, packed.len);
		assert_unpacked("packed", 4096, &both);
	}
	text_release(&one);
	text_release(&both);
	text_release(&packed);
}

static void what_lies_behind_gzip_is_left(void **state)
{
	struct text t = { 0 };

	(void)state;
	add_noise(&t, 1000);
	logdir_write("plain", t.data, t.len);
	logdir_pack("plain", "packed", "gzip");
	logdir_append("packed", "\0\0\0 anything", 12);
	assert_unpacked("packed", 4096, &t);
	text_release(&t);
}

static void wherever_it_breaks_off_it_gives_what_there_is(void **state)
{
	struct text t = { 0 }, packed = { 0 };

	(void)state;
	add_noise(&t, 2000);
	logdir_write("plain", t.data, t.len);
	for (size_t i = 0; i < ARRAY_SIZE(how); i++) {
		logdir_pack("plain", "packed", how[i]);
		load("packed", &packed);
		for (size_t len = 6; len < packed.len; len++) {
			logdir_write("packed", packed.data, len);
			assert_broken("packed", &t, "breaks off");
		}
	}
	text_release(&t);
	text_release(&packed);
}

static void damage_is_told(void **state)
{
	struct text t = { 0 }, packed = { 0 };

	(void)state;
	add_noise(&t, 2000);
	logdir_write("plain", t.data, t.len);
	for (size_t i = 0; i < ARRAY_SIZE(how); i++) {
		struct unpacked got;

		logdir_pack("plain", "packed", how[i]);
		load("packed", &packed);
		memset(packed.data + 10, 0xff, packed.len - 10);
		logdir_write("packed", packed.data, packed.len);
		got = unpack_all("packed", 1000);
		assert_int_equal(got.last, ERR_INPUT);
		assert_non_null(strstr(got.err.text, "'packed'"));
		text_release(&got.text);
	}
	text_release(&t);
	text_release(&packed);
}

static void a_file_that_wants_gigabytes_is_refused(void **state)
{
	struct text t = { 0 }, packed = { 0 };
	size_t header, size;
	uint32_t check;

	(void)state;
	add_noise(&t, 1000);
	logdir_write("plain", t.data, t.len);
	logdir_pack("plain", "packed", "xz");
	load("packed", &packed);
	/* Behind 12 bytes: size / 4 - 1, flags, sizes, then LZMA2's id, 1, and its dictionary's size. */
	header = 12;
	size = ((size_t)(unsigned char)packed.data[header] + 1) * 4;
	for (size_t i = header; i + 2 < header + size; i++)
		if (packed.data[i] == 0x21 && packed.data[i + 1] == 1)
			packed.data[i + 2] = 40;	/* 4 GiB - 1 */
	check = lzma_crc32((const uint8_t *)packed.data + header, size - 4, 0);
	memcpy(packed.data + header + size - 4, &check, 4);	/* little-endian */
	logdir_write("packed", packed.data, packed.len);
	assert_broken("packed", &t, "too much memory");
	text_release(&t);
	text_release(&packed);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, logdir_setup, logdir_teardown)
	const struct CMUnitTest tests[] = {
		TEST(whatever_is_asked_for_at_a_time_it_is_the_same),
		TEST(pieces_in_a_row_are_read_one_after_the_other),
		TEST(what_lies_behind_gzip_is_left),
		TEST(wherever_it_breaks_off_it_gives_what_there_is),
		TEST(damage_is_told),
		TEST(a_file_that_wants_gigabytes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
