/* Packed files: every format whole, in pieces, broken off, damaged, and asking for too much. */
#include "logdir.h"
#include "test.h"

#include "read/unpack.h"

#include <fcntl.h>
#include <lzma.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

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

static void what_lies_behind_the_last_member_is_told(void **state)
{
	static const struct bytes behind[] = {
		BYTES("type=SYSCALL msg=audit(1.000:1): arch=c000003e\n"), BYTES("x"), BYTES("\n"),
		BYTES("\x1f"), BYTES("\x1f\x8b"), BYTES("\0\0\0 anything"), BYTES("BZh91AY"),
		BYTES("\x28\xb5\x2f"), BYTES("\xfd" "7zX"),
	};
	struct text t = { 0 }, packed = { 0 };

	(void)state;
	add_noise(&t, 1000);
	logdir_write("plain", t.data, t.len);
	for (size_t i = 0; i < ARRAY_SIZE(how); i++) {
		logdir_pack("plain", "packed", how[i]);
		load("packed", &packed);
		for (size_t k = 0; k < ARRAY_SIZE(behind); k++) {
			logdir_write("packed", packed.data, packed.len);
			logdir_append("packed", behind[k].data, behind[k].len);
			assert_broken("packed", &t, "cannot unpack");
		}
	}
	text_release(&t);
	text_release(&packed);
}

/* One format behind another is no member of it. */
static void a_member_of_another_format_is_told(void **state)
{
	struct text t = { 0 }, packed = { 0 };

	(void)state;
	add_noise(&t, 1000);
	logdir_write("plain", t.data, t.len);
	for (size_t i = 0; i < ARRAY_SIZE(how); i++) {
		logdir_pack("plain", "other", how[(i + 1) % ARRAY_SIZE(how)]);
		load("other", &packed);
		logdir_pack("plain", "packed", how[i]);
		logdir_append("packed", packed.data, packed.len);
		assert_broken("packed", &t, "cannot unpack");
	}
	text_release(&t);
	text_release(&packed);
}

/* Tapes and some tools fill a block up; the buffer that is read into ends among them, too. */
static void zeros_behind_gzip_are_nothing(void **state)
{
	static const char zeros[100000];
	struct text t = { 0 }, both = { 0 }, packed = { 0 };

	(void)state;
	add_noise(&t, 1000);
	text_add(&both, t.data, t.len);
	text_add(&both, t.data, t.len);
	logdir_write("plain", t.data, t.len);
	logdir_pack("plain", "packed", "gzip");
	load("packed", &packed);
	logdir_append("packed", zeros, sizeof(zeros));
	assert_unpacked("packed", 4096, &t);
	logdir_append("packed", packed.data, packed.len);
	assert_unpacked("packed", 4096, &both);
	text_release(&t);
	text_release(&both);
	text_release(&packed);
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

/* Packs a text for a decoder with a window of 16 MiB. */
static void pack_xz(const struct text *t)
{
	lzma_options_lzma options;
	const lzma_filter filters[] = { { LZMA_FILTER_LZMA2, &options }, { LZMA_VLI_UNKNOWN, NULL } };
	size_t size = lzma_stream_buffer_bound(t->len), len = 0;
	uint8_t *out = malloc(size);

	assert_non_null(out);
	assert_false(lzma_lzma_preset(&options, 0));
	options.dict_size = 16 << 20;
	assert_int_equal(lzma_stream_buffer_encode((lzma_filter *)filters, LZMA_CHECK_CRC32, NULL,
						   (const uint8_t *)t->data, t->len, out, &len, size), LZMA_OK);
	logdir_write("packed", (const char *)out, len);
	free(out);
}

static void pack_zstd(const struct text *t)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t size = ZSTD_compressBound(t->len);
	char *packed = malloc(size);
	ZSTD_inBuffer in = { t->data, t->len, 0 };
	ZSTD_outBuffer out = { packed, size, 0 };

	assert_non_null(packed);
	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, 1);
	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, 24);
	ZSTD_compressStream2(c, &out, &in, ZSTD_e_flush);	/* the size is not known in front */
	assert_int_equal(ZSTD_compressStream2(c, &out, &in, ZSTD_e_end), 0);
	logdir_write("packed", packed, out.pos);
	ZSTD_freeCCtx(c);
	free(packed);
}

static void a_window_counts_as_far_as_it_is_used(void **state)
{
	struct text little = { 0 }, much = { 0 };

	(void)state;
	add_noise(&little, 1 << 20);
	add_noise(&much, 20 << 20);
	pack_xz(&little);
	assert_unpacked("packed", 1 << 18, &little);
	pack_xz(&much);
	assert_broken("packed", &much, "compress it anew with 'xz -6'");
	pack_zstd(&little);
	assert_unpacked("packed", 1 << 18, &little);
	pack_zstd(&much);
	assert_broken("packed", &much, "compress it anew with 'zstd -19'");
	text_release(&little);
	text_release(&much);
}

/* zstd --long=31: magic, no size, a window of 2 GiB, a block of five bytes. */
static void a_window_of_two_gigabytes_is_refused(void **state)
{
	const struct text nothing = { 0 };

	(void)state;
	logdir_write("packed", "\x28\xb5\x2f\xfd\0\xa8\x29\0\0hello", 14);
	assert_broken("packed", &nothing, "compress it anew with 'zstd -19'");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, logdir_setup, logdir_teardown)
	const struct CMUnitTest tests[] = {
		TEST(whatever_is_asked_for_at_a_time_it_is_the_same),
		TEST(pieces_in_a_row_are_read_one_after_the_other),
		TEST(what_lies_behind_the_last_member_is_told),
		TEST(a_member_of_another_format_is_told),
		TEST(zeros_behind_gzip_are_nothing),
		TEST(wherever_it_breaks_off_it_gives_what_there_is),
		TEST(damage_is_told),
		TEST(a_file_that_wants_gigabytes_is_refused),
		TEST(a_window_counts_as_far_as_it_is_used),
		TEST(a_window_of_two_gigabytes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
