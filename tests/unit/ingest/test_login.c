/*
 * Names of login ids, as this machine's user database has them.
 */
#include "ingest/login.h"
#include "model/event.h"
#include "test.h"

#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY_HAS INT64_C(3999999999)

static struct bytes name(struct login_cache *cache, int64_t uid)
{
	struct bytes name;
	struct error err;

	assert_int_equal(login_name(cache, uid, &name, &err), 0);
	return name;
}

static void an_id_has_the_name_of_the_database(void **state)
{
	struct login_cache cache = { 0 };

	(void)state;
	assert_bytes_equal(name(&cache, 0), "root");
	for (int64_t uid = 1; uid < 10; uid++) {
		const struct passwd *pw = getpwuid((uid_t)uid);

		if (pw != NULL)
			assert_bytes_equal(name(&cache, uid), pw->pw_name);
	}
}

static void what_is_no_id_has_no_name(void **state)
{
	struct login_cache cache = { 0 };

	(void)state;
	/* not even one that the database would give to this number */
	cache.entry[ID_UNSET % LOGIN_CACHE].uid = ID_UNSET;
	strcpy(cache.entry[ID_UNSET % LOGIN_CACHE].name, "nobody");
	assert_null(name(&cache, ID_UNSET).data);
	assert_null(name(&cache, -1).data);
	assert_null(name(&cache, NOBODY_HAS).data);
}

/* Asked of the cache alone: the database has no such names. */
static void a_name_is_asked_for_once(void **state)
{
	struct login_cache cache = { 0 };

	(void)state;
	assert_null(name(&cache, NOBODY_HAS).data);
	strcpy(cache.entry[NOBODY_HAS % LOGIN_CACHE].name, "kept");
	assert_bytes_equal(name(&cache, NOBODY_HAS), "kept");
	assert_bytes_equal(name(&cache, 0), "root");
	strcpy(cache.entry[0].name, "kept");
	assert_bytes_equal(name(&cache, 0), "kept");
}

static void ids_that_share_a_place_keep_their_own_names(void **state)
{
	struct login_cache cache = { 0 };
	const int64_t other = NOBODY_HAS / LOGIN_CACHE * LOGIN_CACHE;

	(void)state;
	assert_bytes_equal(name(&cache, 0), "root");
	assert_null(name(&cache, other).data);
	assert_bytes_equal(name(&cache, 0), "root");
}

/* A cache that asks a helper. */
static struct login_cache helped(void)
{
	struct login_cache cache = { 0 };
	struct error err;

	assert_int_equal(login_helper_start(&cache.helper, &err), 0);
	assert_true(cache.helper > STDERR_FILENO);
	return cache;
}

/* The only child there is; it ends because nobody is left to ask it. */
static void release_helper(struct login_cache *cache)
{
	int status;

	close(cache->helper);
	assert_true(wait(&status) > 0);
	assert_int_equal(status, 0);
}

static void a_helper_gives_the_same_names(void **state)
{
	struct login_cache cache = helped();

	(void)state;
	assert_bytes_equal(name(&cache, 0), "root");
	assert_null(name(&cache, NOBODY_HAS).data);
	for (int64_t uid = 1; uid < 10; uid++) {
		const struct passwd *pw = getpwuid((uid_t)uid);

		if (pw != NULL)
			assert_bytes_equal(name(&cache, uid), pw->pw_name);
	}
	release_helper(&cache);
}

/* Ctrl-C and a service manager's SIGTERM reach both, and the reader goes on to its next commit. */
static void a_helper_outlives_what_stops_the_reader(void **state)
{
	struct login_cache cache;
	sigset_t stop;

	(void)state;
	assert_int_equal(setpgid(0, 0), 0);	/* a group of these two alone */
	cache = helped();
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	assert_bytes_equal(name(&cache, 0), "root");	/* it is ready */
	cache.entry[0].name[0] = '\0';
	assert_int_equal(kill(0, SIGTERM), 0);
	assert_int_equal(kill(0, SIGINT), 0);
	assert_bytes_equal(name(&cache, 0), "root");
	/* drop them, pending as they are */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &stop, NULL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	release_helper(&cache);
}

/* Or a reader that is killed would leave somebody waiting who reads what it prints. */
static void a_helper_holds_nothing_else_open(void **state)
{
	struct login_cache cache;
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	cache = helped();
	assert_bytes_equal(name(&cache, 0), "root");
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
	release_helper(&cache);
}

static void a_helper_that_is_gone_is_an_error(void **state)
{
	struct login_cache cache = helped();
	struct bytes name;
	struct error err;

	(void)state;
	assert_int_equal(shutdown(cache.helper, SHUT_RDWR), 0);
	assert_true(wait(NULL) > 0);
	assert_int_equal(login_name(&cache, 0, &name, &err), ERR_SYSTEM);
	assert_non_null(strstr(err.text, "login names"));
	close(cache.helper);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_has_the_name_of_the_database),
		cmocka_unit_test(what_is_no_id_has_no_name),
		cmocka_unit_test(a_name_is_asked_for_once),
		cmocka_unit_test(ids_that_share_a_place_keep_their_own_names),
		cmocka_unit_test(a_helper_gives_the_same_names),
		cmocka_unit_test(a_helper_outlives_what_stops_the_reader),
		cmocka_unit_test(a_helper_holds_nothing_else_open),
		cmocka_unit_test(a_helper_that_is_gone_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
