#include "test.h"

#include "scratch.h"
#include "selftest/key_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct place {
	void *folder;
	char key[100], id[100];
	struct key_files files;
	struct error err;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	if (p == NULL || scratch_setup(&p->folder) < 0)
		return -1;
	snprintf(p->key, sizeof(p->key), "%s/etc/selftest.key", (char *)p->folder);
	snprintf(p->id, sizeof(p->id), "%s/machine-id", (char *)p->folder);
	p->files = (struct key_files){ p->key, p->id };
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	int rc = scratch_teardown(&p->folder);

	free(p);
	return rc;
}

static void load(struct place *p, struct signing_key *key)
{
	if (key_file_load(key, &p->files, &p->err) < 0)
		fail_msg("%s", p->err.text);
}

static void refuses(struct place *p, const char *words)
{
	struct signing_key key;

	assert_int_equal(key_file_load(&key, &p->files, &p->err), ERR_SYSTEM);
	assert_non_null(strstr(p->err.text, p->key));
	if (strstr(p->err.text, words) == NULL)
		fail_msg("'%s' is not in '%s'", words, p->err.text);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* Whatever the umask is: what others can read is no secret, and what root cannot is no key. */
static void it_is_made_once_for_its_owner_alone(void **state)
{
	static const mode_t masks[] = { 0, 022, 0777 };
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		struct signing_key key, again;
		mode_t before = umask(i == 2 ? 0177 : masks[i]);
		struct stat st;

		load(p, &key);
		umask(before);
		assert_int_equal(stat(p->key, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		assert_int_equal(st.st_nlink, 1);
		load(p, &again);
		assert_string_equal(key.text, again.text);
		assert_memory_equal(key.secret, again.secret, sizeof(key.secret));
		assert_int_equal(unlink(p->key), 0);
	}
}

static void a_copy_on_another_machine_is_another_key(void **state)
{
	struct place *p = *state;
	struct signing_key none, one, other;

	load(p, &none);
	write_file(p->id, "0123456789abcdef0123456789abcdef\n");
	load(p, &one);
	write_file(p->id, "0123456789abcdef0123456789abcdee\n");
	load(p, &other);
	assert_string_not_equal(none.text, one.text);
	assert_string_not_equal(one.text, other.text);
}

static void a_new_key_takes_the_place_of_whatever_is_there(void **state)
{
	struct place *p = *state;
	struct signing_key old, new, again;

	load(p, &old);
	assert_int_equal(chmod(p->key, 0644), 0);
	assert_int_equal(key_file_replace(&new, &p->files, &p->err), 0);
	assert_string_not_equal(old.text, new.text);
	load(p, &again);
	assert_string_equal(again.text, new.text);
}

static void what_others_may_know_is_refused(void **state)
{
	static const mode_t modes[] = { 0644, 0640, 0604, 0660, 0602, 0400, 0700, 04600 };
	struct place *p = *state;
	struct signing_key key;

	load(p, &key);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		char words[40];

		assert_int_equal(chmod(p->key, modes[i]), 0);
		snprintf(words, sizeof(words), "has mode %04o, and has to have 0600", (unsigned)modes[i]);
		refuses(p, words);
	}
}

static void a_key_of_somebody_else_is_refused(void **state)
{
	struct place *p = *state;
	struct signing_key key;

	if (geteuid() != 0)
		skip();
	load(p, &key);
	assert_int_equal(chown(p->key, 65534, 65534), 0);
	refuses(p, "belongs to user 65534, and has to be user 0's");
}

static void what_is_no_file_is_refused(void **state)
{
	struct place *p = *state;
	struct signing_key key;
	char other[120];

	load(p, &key);
	snprintf(other, sizeof(other), "%s.other", p->key);
	assert_int_equal(rename(p->key, other), 0);
	assert_int_equal(symlink(other, p->key), 0);
	refuses(p, "is a link");
	assert_int_equal(unlink(p->key), 0);
	assert_int_equal(mkfifo(p->key, 0600), 0);
	refuses(p, "is no plain file");
	assert_int_equal(unlink(p->key), 0);
	assert_int_equal(mkdir(p->key, 0600), 0);
	refuses(p, "is no plain file");
	assert_int_equal(rmdir(p->key), 0);
}

/* Each byte of it; and cut, or longer. */
static void what_modtrail_did_not_write_is_refused(void **state)
{
	struct place *p = *state;
	struct signing_key key;
	char text[200] = "";
	FILE *f;
	size_t len;

	load(p, &key);
	f = fopen(p->key, "r");
	assert_non_null(f);
	len = fread(text, 1, sizeof(text) - 2, f);
	fclose(f);
	for (size_t i = 0; i < len; i++) {
		char before = text[i];

		text[i] = '*';
		write_file(p->key, text);
		refuses(p, "is no key of modtrail's");
		text[i] = '\0';
		write_file(p->key, text);
		refuses(p, "is no key of modtrail's");
		text[i] = before;
	}
	text[len] = '\n';
	write_file(p->key, text);
	refuses(p, "is no key of modtrail's");
}

static void where_none_can_be_made_the_error_says_why(void **state)
{
	struct place *p = *state;

	write_file(p->id, "");
	p->files.key = strcat(strcpy(p->key, p->id), "/selftest.key");
	refuses(p, "Not a directory");
}

/* Two at once: one of them makes it, and both have it. */
static void whoever_comes_second_takes_the_key_that_is_there(void **state)
{
	struct place *p = *state;
	struct signing_key key[2];
	int pipes[2];

	for (int round = 0; round < 20; round++) {
		pid_t child;

		assert_int_equal(pipe(pipes), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			if (key_file_load(&key[1], &p->files, &p->err) < 0 ||
			    write(pipes[1], &key[1], sizeof(key[1])) != sizeof(key[1]))
				_exit(1);
			_exit(0);
		}
		load(p, &key[0]);
		assert_int_equal(close(pipes[1]), 0);
		assert_int_equal(read(pipes[0], &key[1], sizeof(key[1])), sizeof(key[1]));
		close(pipes[0]);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_string_equal(key[0].text, key[1].text);
		assert_int_equal(unlink(p->key), 0);
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(it_is_made_once_for_its_owner_alone),
		TEST(a_copy_on_another_machine_is_another_key),
		TEST(a_new_key_takes_the_place_of_whatever_is_there),
		TEST(what_others_may_know_is_refused),
		TEST(a_key_of_somebody_else_is_refused),
		TEST(what_is_no_file_is_refused),
		TEST(what_modtrail_did_not_write_is_refused),
		TEST(where_none_can_be_made_the_error_says_why),
		TEST(whoever_comes_second_takes_the_key_that_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
