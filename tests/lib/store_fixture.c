#include "store_fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NOBODY 65534

int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	strcpy(f->folder, "/tmp/modtrail-store-XXXXXX");
	if (mkdtemp(f->folder) == NULL || chmod(f->folder, 0755) < 0)
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/trail.db", f->folder);
	*state = f;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	int rc;

	fixture_regain_rights();
	chmod(f->folder, 0755);
	rc = nftw(f->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return rc;
}

struct store *fixture_open(struct fixture *f, enum store_mode mode)
{
	struct store *s = NULL;

	if (store_open(&s, f->path, mode, &f->err) < 0)
		fail_msg("%s", f->err.text);
	return s;
}

void fixture_refuses(struct fixture *f, enum store_mode mode, const char *words)
{
	struct store *s = NULL;

	assert_int_equal(store_open(&s, f->path, mode, &f->err), ERR_TRAIL);
	assert_null(s);
	if (strstr(f->err.text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, f->err.text);
	assert_null(strchr(f->err.text, '\n'));
}

void fixture_add(struct store *s, const struct event *events, size_t count)
{
	struct error err;

	if (store_begin(s, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < count; i++)
		if (store_add(s, &events[i], &err) < 0)
			fail_msg("%s", err.text);
	if (store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
}

int64_t fixture_number(struct store *s, const char *sql)
{
	struct query *q;
	struct error err;
	int64_t number;

	if (query_open_text(&q, s, sql, &err) < 0 || query_step(q, &err) != 1)
		fail_msg("%s: %s", sql, err.text);
	number = query_int(q, 0);
	query_close(q);
	return number;
}

static void print_cell(FILE *out, struct bytes cell)
{
	if (cell.data == NULL)
		fputc('-', out);
	for (size_t i = 0; i < cell.len; i++) {
		unsigned char c = (unsigned char)cell.data[i];

		fprintf(out, c >= ' ' && c < 0x7f ? "%c" : "\\x%02x", c);
	}
}

char *fixture_rows(struct store *s, const char *sql)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct query *q;
	struct error err;
	int rc;

	if (query_open_text(&q, s, sql, &err) < 0)
		fail_msg("%s: %s", sql, err.text);
	while ((rc = query_step(q, &err)) == 1)
		for (int i = 0; i < query_columns(q); i++) {
			print_cell(out, query_text(q, i));
			fputc(i + 1 < query_columns(q) ? '|' : '\n', out);
		}
	if (rc < 0)
		fail_msg("%s: %s", sql, err.text);
	query_close(q);
	fclose(out);
	return text;
}

void assert_rows(struct store *s, const char *sql, const char *expected)
{
	char *rows = fixture_rows(s, sql);

	assert_string_equal(rows, expected);
	free(rows);
}

void fixture_drop_rights(void)
{
	if (getuid() == 0 && (setegid(NOBODY) < 0 || seteuid(NOBODY) < 0))
		fail_msg("cannot become nobody");
}

void fixture_regain_rights(void)
{
	if (getuid() == 0 && (seteuid(0) < 0 || setegid(0) < 0))
		abort();
}

static struct event a_step(int64_t time_ms, uint64_t serial, int64_t pid)
{
	return (struct event){
		.host = TEXT("web"), .time_ms = time_ms, .serial = serial,
		.has_syscall = true, .abi = ABI_B64, .success = true,
		.pid = pid, .ppid = 10, .auid = 1000, .uid = 0, .euid = 0, .gid = 0, .ses = 3,
		.tty = TEXT("pts0"), .comm = TEXT("modprobe"), .exe = TEXT("/usr/bin/kmod"),
		.keys = TEXT("modules"), .argv = TEXT("modprobe\0dummy\0"),
		.list = NUM_NONE, .result = NUM_NONE,
		.raw = TEXT("type=SYSCALL ...\ntype=PROCTITLE ...\n"), .records = 2,
	};
}

struct event fixture_exec(int64_t time_ms, uint64_t serial, int64_t pid)
{
	struct event ev = a_step(time_ms, serial, pid);

	ev.kind = EVENT_EXEC;
	ev.tool = TEXT("modprobe");
	ev.intends = true;
	ev.module = TEXT("dummy");
	ev.module_source = NAME_ARGV;
	ev.cwd = TEXT("/root");
	return ev;
}

struct event fixture_call(int64_t time_ms, uint64_t serial, int64_t pid)
{
	struct event ev = a_step(time_ms, serial, pid);

	ev.kind = EVENT_CALL;
	ev.call = CALL_FINIT;
	ev.argv_stale = true;
	ev.module = TEXT("dummy");
	ev.module_source = NAME_KERNEL;
	return ev;
}

struct event a_start(int64_t time_ms, uint64_t serial)
{
	return (struct event){
		.host = TEXT("web"), .time_ms = time_ms, .serial = serial, .daemon = true,
		.kind = EVENT_DAEMON, .op = TEXT("start"), .pid = NUM_NONE, .ppid = NUM_NONE,
		.auid = NUM_NONE, .uid = NUM_NONE, .euid = NUM_NONE, .gid = NUM_NONE,
		.ses = NUM_NONE, .list = NUM_NONE, .result = NUM_NONE,
		.raw = TEXT("type=DAEMON_START ...\n"), .records = 1,
	};
}
