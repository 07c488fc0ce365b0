/*
 * Names of login ids, as this machine's user database has them.
 */
#include "event.h"
#include "login.h"
#include "test.h"

#include <pwd.h>

#define NOBODY_HAS INT64_C(3999999999)

static void an_id_has_the_name_of_the_database(void **state)
{
	struct login_cache cache = { 0 };

	(void)state;
	assert_bytes_equal(login_name(&cache, 0), "root");
	for (int64_t uid = 1; uid < 10; uid++) {
		const struct passwd *pw = getpwuid((uid_t)uid);

		if (pw != NULL)
			assert_bytes_equal(login_name(&cache, uid), pw->pw_name);
	}
}

static void what_is_no_id_has_no_name(void **state)
{
	struct login_cache cache = { 0 };

	(void)state;
	/* not even one that the database would give to this number */
	cache.entry[ID_UNSET % LOGIN_CACHE].uid = ID_UNSET;
	strcpy(cache.entry[ID_UNSET % LOGIN_CACHE].name, "nobody");
	assert_null(login_name(&cache, ID_UNSET).data);
	assert_null(login_name(&cache, -1).data);
	assert_null(login_name(&cache, NOBODY_HAS).data);
}

/* Asked of the cache alone: the database has no such names. */
static void a_name_is_asked_for_once(void **state)
{
	struct login_cache cache = { 0 };

	(void)state;
	assert_null(login_name(&cache, NOBODY_HAS).data);
	strcpy(cache.entry[NOBODY_HAS % LOGIN_CACHE].name, "kept");
	assert_bytes_equal(login_name(&cache, NOBODY_HAS), "kept");
	assert_bytes_equal(login_name(&cache, 0), "root");
	strcpy(cache.entry[0].name, "kept");
	assert_bytes_equal(login_name(&cache, 0), "kept");
}

static void ids_that_share_a_place_keep_their_own_names(void **state)
{
	struct login_cache cache = { 0 };
	const int64_t other = NOBODY_HAS / LOGIN_CACHE * LOGIN_CACHE;

	(void)state;
	assert_bytes_equal(login_name(&cache, 0), "root");
	assert_null(login_name(&cache, other).data);
	assert_bytes_equal(login_name(&cache, 0), "root");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_has_the_name_of_the_database),
		cmocka_unit_test(what_is_no_id_has_no_name),
		cmocka_unit_test(a_name_is_asked_for_once),
		cmocka_unit_test(ids_that_share_a_place_keep_their_own_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
