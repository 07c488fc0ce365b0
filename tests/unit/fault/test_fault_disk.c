/*
 * A disk that is full, or fails, at each call that the trail makes: what is
 * said, what is left, and how it goes on.
 */
#include "fault.h"
#include "fault_disk.h"
#include "test.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>

#define CANNOT "cannot read or write trail"

#define KIND(function, call, code, error) \
	static void function(long n, bool stays) \
	{ \
		disk_arm(call, n, stays, code, error); \
	}
KIND(full, DISK_WRITE, SQLITE_FULL, ENOSPC)
KIND(bad_write, DISK_WRITE, SQLITE_IOERR_WRITE, EIO)
KIND(bad_sync, DISK_SYNC, SQLITE_IOERR_FSYNC, EIO)
KIND(bad_truncate, DISK_TRUNCATE, SQLITE_IOERR_TRUNCATE, EIO)
KIND(bad_open, DISK_OPEN, SQLITE_CANTOPEN, EMFILE)
KIND(bad_read, DISK_READ, SQLITE_IOERR_READ, EIO)
KIND(bad_size, DISK_SIZE, SQLITE_IOERR_FSTAT, EIO)
KIND(bad_lock, DISK_LOCK, SQLITE_IOERR_LOCK, ENOLCK)
KIND(bad_shm, DISK_SHM, SQLITE_IOERR_SHMMAP, EIO)
KIND(bad_delete, DISK_DELETE, SQLITE_IOERR_DELETE, EROFS)

static const struct fault faults[] = {
	{ "full", full, disk_struck, "no room left for trail", true },
	{ "write", bad_write, disk_struck, CANNOT, true },
	{ "sync", bad_sync, disk_struck, CANNOT, true },
	{ "truncate", bad_truncate, disk_struck, CANNOT, true },
	{ "open", bad_open, disk_struck, CANNOT, true },
	{ "read", bad_read, disk_struck, CANNOT, true },
	{ "size", bad_size, disk_struck, CANNOT, true },
	{ "lock", bad_lock, disk_struck, CANNOT, true },
	{ "shm", bad_shm, disk_struck, CANNOT, true },
	{ "delete", bad_delete, disk_struck, CANNOT, true },
};

/* Every kind of fault, at each call, once and from then on. */
static void meets(struct fixture *f, const struct scenario *sc, long at_least)
{
	long met = 0, stride = fault_stride(17);

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		for (int stays = 0; stays <= 1; stays++)
			met += fault_all(f, &faults[i], sc, stays, stride);
	if (met * stride < at_least)
		fail_msg("%s met %ld faults only", sc->name, met);
	printf("# %s met %ld faults\n", sc->name, met);
}

#define INGEST "-q --host web testdata/capture/r20-reboot/log"

static void ingest_into_a_new_trail(void **state)
{
	meets(*state, &(struct scenario){ .name = "ingest", .command = &command_ingest,
					  .words = INGEST, .writes = true }, 100);
}

static void ingest_into_a_trail_of_before(void **state)
{
	meets(*state, &(struct scenario){ .name = "migration", .command = &command_ingest,
					  .words = INGEST, .prepare = fault_old_trail,
					  .writes = true }, 100);
}

static void following(void **state)
{
	meets(*state, &(struct scenario){ .name = "follow", .command = &command_ingest,
					  .words = "-f " INGEST "/audit.log", .stop = true,
					  .writes = true }, 100);
}

static void verify_on_a_bad_disk(void **state)
{
	meets(*state, &(struct scenario){ .name = "verify", .command = &command_verify,
					  .words = "--max-age 9999w", .prepare = fault_some_trail },
	      20);
}

static void claim_on_a_bad_disk(void **state)
{
	meets(*state, &(struct scenario){ .name = "claim", .command = &command_claim,
					  .words = "--host web9 --rules testdata/rules/r01-seed.rules",
					  .prepare = fault_some_trail, .writes = true }, 20);
}

static void prune_on_a_bad_disk(void **state)
{
	meets(*state, &(struct scenario){ .name = "prune", .command = &command_prune,
					  .words = "--before @1795542690",
					  .prepare = fault_judged_trail, .writes = true }, 20);
}

static void prune_and_vacuum_on_a_bad_disk(void **state)
{
	meets(*state, &(struct scenario){ .name = "vacuum", .command = &command_prune,
					  .words = "--before @1795542690 --vacuum",
					  .prepare = fault_judged_trail, .writes = true }, 50);
}

static void report_on_a_bad_disk(void **state)
{
	meets(*state, &(struct scenario){ .name = "report", .command = &command_report,
					  .words = "--json", .prepare = fault_some_trail }, 10);
}

static void status_on_a_bad_disk(void **state)
{
	meets(*state, &(struct scenario){ .name = "status", .command = &command_status,
					  .words = "--json", .prepare = fault_some_trail }, 10);
}

static void check_on_a_bad_disk(void **state)
{
	meets(*state, &(struct scenario){ .name = "check", .command = &command_check, .words = "",
					  .prepare = fault_judged_trail }, 20);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(ingest_into_a_new_trail),
		TEST(ingest_into_a_trail_of_before),
		TEST(following),
		TEST(verify_on_a_bad_disk),
		TEST(claim_on_a_bad_disk),
		TEST(prune_on_a_bad_disk),
		TEST(prune_and_vacuum_on_a_bad_disk),
		TEST(report_on_a_bad_disk),
		TEST(status_on_a_bad_disk),
		TEST(check_on_a_bad_disk),
	};

	disk_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
