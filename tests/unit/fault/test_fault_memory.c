/*
 * The n-th allocation fails, for each n: ours (the linker leads them here, see
 * the Makefile) and SQLite's. What is said, what is left, and how it goes on.
 */
#include "fault.h"
#include "test.h"

#include "report/columns.h"
#include "verdict/judge.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_long left;	/* allocations until one fails */
static atomic_bool armed, met;
static bool for_good;

/* Called by all threads. */
static bool refuse(void)
{
	long now;

	if (!armed || (now = atomic_fetch_sub(&left, 1)) > 1 || (now < 1 && !for_good))
		return false;
	met = true;
	errno = ENOMEM;
	return true;
}

static void arm(long n, bool stays)
{
	left = n;
	for_good = stays;
	met = false;
	armed = true;
}

static bool struck(void)
{
	return met;
}

#define WRAP(type, name, parameters, arguments) \
	type __real_ ## name parameters; \
	type __wrap_ ## name parameters; \
	type __wrap_ ## name parameters \
	{ \
		return refuse() ? NULL : __real_ ## name arguments; \
	}
WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, (void *old, size_t size), (old, size))
WRAP(void *, reallocarray, (void *old, size_t count, size_t size), (old, count, size))
WRAP(char *, strdup, (const char *text), (text))
WRAP(char *, strndup, (const char *text, size_t max), (text, max))
WRAP(FILE *, open_memstream, (char **text, size_t *len), (text, len))
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, fdopen, (int fd, const char *mode), (fd, mode))

int __wrap_asprintf(char **out, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **out, const char *format, ...)
{
	va_list ap;
	int len;

	if (refuse())
		return -1;
	va_start(ap, format);
	len = vasprintf(out, format, ap);
	va_end(ap);
	return len;
}

static sqlite3_mem_methods usual;

static void *db_malloc(int size)
{
	return refuse() ? NULL : usual.xMalloc(size);
}

static void *db_realloc(void *old, int size)
{
	return refuse() ? NULL : usual.xRealloc(old, size);
}

static const struct fault memory = { "allocation", arm, struck, "out of memory|Cannot allocate memory",
				     false };

static void meets(struct fixture *f, const struct scenario *sc, long at_least)
{
	long count = 0, stride = fault_stride(199 * MAX(sc->costs, 1));

	for (int stays = 0; stays <= 1; stays++)
		count += fault_all(f, &memory, sc, stays, stride);
	if (count * stride < at_least)
		fail_msg("%s met %ld faults only", sc->name, count);
	printf("# %s met %ld faults\n", sc->name, count);
}

#define LOG "-q --host web testdata/capture/r20-reboot/log"
#define IN_MEMORY(test, at_least, ...) \
	static void test ## _without_memory(void **state) \
	{ \
		const struct scenario sc = { .name = #test, __VA_ARGS__ }; \
		\
		meets(*state, &sc, at_least); \
	}
#define READS(of, text) .command = &of, .words = text, .prepare = fault_judged_trail

IN_MEMORY(ingest, 1000, .command = &command_ingest, .words = LOG, .writes = true)
IN_MEMORY(migration, 1000, .command = &command_ingest, .words = LOG, .prepare = fault_old_trail,
	  .writes = true)
IN_MEMORY(following, 1000, .command = &command_ingest, .words = "-f " LOG "/audit.log", .stop = true,
	  .writes = true)
IN_MEMORY(claim, 300, .command = &command_claim, .prepare = fault_some_trail, .writes = true,
	  .words = "--host web9 --rules testdata/rules/r01-seed.rules")
IN_MEMORY(prune, 500, .command = &command_prune, .prepare = fault_some_trail, .writes = true,
	  .words = "--before @1795542690 --vacuum")
IN_MEMORY(judging, 500, .command = &command_verify, .words = "--max-age 9999w",
	  .prepare = fault_some_trail, .writes = true)
IN_MEMORY(verify, 500, READS(command_verify, "--max-age 9999w"))
IN_MEMORY(verify_json, 500, READS(command_verify, "--max-age 9999w --json"))
IN_MEMORY(report, 500, READS(command_report, ""))
IN_MEMORY(report_json, 500, READS(command_report, "--json --host * --module d*"))
IN_MEMORY(report_csv, 500, READS(command_report, "--csv --since 2026-11-01"))
IN_MEMORY(show, 200, READS(command_show, "20"))
IN_MEMORY(sql, 200, READS(command_sql, "keys"))
IN_MEMORY(status, 200, READS(command_status, ""))
IN_MEMORY(check, 500, READS(command_check, ""), .costs = 7)
IN_MEMORY(check_digest, 200, READS(command_check, "--digest --json"))
IN_MEMORY(rules, 50, .command = &command_rules, .words = "testdata/rules/r01-seed.rules")

/* What a self-test leaves in the trail for the case that its markers do not arrive. */
static int note_and_judge(const struct fixture *f, struct error *err)
{
	AUTO(store_closep) struct store *s = NULL;
	const struct selftest_run run = { .id = "0123456789abcdef", .begun_ms = 1795542690000,
				 .ended_ms = 1795542691000, .keys = "modules", .probes = 1 };
	const struct claim claim = { .claimed = true, .expect = EXPECT_RECORDED,
				     .rule = "-w /usr/bin/kmod -p x -k modules", .place = { .kind = PLACE_KERNEL, .line = 1 } };
	const struct probe probe = { .number = 1, .cells = 1, .pid = 77, .begun_ms = 1795542690100,
				     .ended_ms = 1795542690200 };
	const struct known_run known = { .host = "web1", .run = &run, .claims = &claim,
					 .claim_count = 1, .probes = &probe, .probe_count = 1 };
	const struct judging how = { .now_ms = INT64_C(1795700000000), .max_age_ms = MAX_AGE_DEFAULT };
	int rc;

	if ((rc = store_open(&s, f->path, STORE_WRITE, err)) < 0 || (rc = store_begin(s, err)) < 0)
		return rc;
	if ((rc = judge_note(s, &known, err)) < 0 || (rc = judge(s, &how, err)) < 0) {
		store_rollback(s);
		return rc;
	}
	return store_commit(s, err);
}

IN_MEMORY(note_of_a_selftest, 300, .act = note_and_judge, .prepare = fault_some_trail, .writes = true)

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name ## _without_memory, fixture_setup, \
						   fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(ingest),
		TEST(migration),
		TEST(following),
		TEST(claim),
		TEST(prune),
		TEST(judging),
		TEST(verify),
		TEST(verify_json),
		TEST(report),
		TEST(report_json),
		TEST(report_csv),
		TEST(show),
		TEST(sql),
		TEST(status),
		TEST(check),
		TEST(check_digest),
		TEST(rules),
		TEST(note_of_a_selftest),
	};
	sqlite3_mem_methods methods;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual);
	methods = usual;
	methods.xMalloc = db_malloc;
	methods.xRealloc = db_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
