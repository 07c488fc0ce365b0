/*
 * watch TRAIL OUT - note when rows become visible in a trail
 *
 * Looks at the trail as any reader does, every 5 ms, and writes a line
 * "now latest" (milliseconds) to OUT whenever something was committed: now is
 * this moment, latest the time of the newest event that the trail has.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_US 5000

/* A trail that is just being made has no tables yet. */
static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q;

	while (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		usleep(PERIOD_US);
	return q;
}

static long long number(sqlite3_stmt *q)
{
	long long n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;

	sqlite3_reset(q);
	return n;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	long long version, last = -1;
	sqlite3_stmt *changed, *latest;
	sqlite3 *db;
	FILE *out;

	if (argc != 3)
		return 125;
	if ((out = fopen(argv[2], "a")) == NULL ||
	    sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		fprintf(stderr, "watch: cannot open %s or %s\n", argv[1], argv[2]);
		return 1;
	}
	sqlite3_busy_timeout(db, 1000);
	changed = prepare(db, "PRAGMA data_version");
	latest = prepare(db, "SELECT max(time_ms) FROM event");
	for (;;) {
		version = number(changed);
		if (version != last) {
			fprintf(out, "%lld %lld\n", now_ms(), number(latest));
			fflush(out);
			last = version;
		}
		usleep(PERIOD_US);
	}
}
