#include "store_fixture.h"
#include "trail/private.h"
#include "turns.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

/* Runs SQL on a file that need not be a trail. */
static void shell(const struct fixture *f, const char *sql)
{
	char command[500];

	snprintf(command, sizeof(command), "sqlite3 '%s' '%s' >%s/out", f->path, sql, f->folder);
	assert_int_equal(system(command), 0);
}

static void open_makes_files_0640_in_a_folder_0750(void **state)
{
	struct fixture *f = *state;
	char folder[80], side[130];
	mode_t mask = umask(0);
	struct store *s;

	snprintf(folder, sizeof(folder), "%s/new", f->folder);
	snprintf(f->path, sizeof(f->path), "%s/trail.db", folder);
	s = fixture_open(f, STORE_WRITE);
	umask(mask);
	assert_int_equal(mode_of(folder), 0750);
	assert_int_equal(mode_of(f->path), 0640);
	snprintf(side, sizeof(side), "%s-wal", f->path);
	assert_int_equal(mode_of(side), 0640);
	snprintf(side, sizeof(side), "%s-shm", f->path);
	assert_int_equal(mode_of(side), 0640);
	store_close(s);
}

static void open_makes_one_folder_only(void **state)
{
	struct fixture *f = *state;

	snprintf(f->path, sizeof(f->path), "%s/a/b/trail.db", f->folder);
	fixture_refuses(f, STORE_WRITE, "cannot make folder");
}

static void open_follows_a_symlink_to_the_folder(void **state)
{
	struct fixture *f = *state;
	char real[80], alias[80];

	snprintf(real, sizeof(real), "%s/real", f->folder);
	snprintf(alias, sizeof(alias), "%s/alias", f->folder);
	assert_int_equal(mkdir(real, 0755), 0);
	assert_int_equal(symlink("real", alias), 0);
	snprintf(f->path, sizeof(f->path), "%s/trail.db", alias);
	store_close(fixture_open(f, STORE_WRITE));
	store_close(fixture_open(f, STORE_READ));
}

static void open_takes_any_name_for_a_name(void **state)
{
	struct fixture *f = *state;

	snprintf(f->path, sizeof(f->path), "%s/a?b#c%%20 d.db", f->folder);
	store_close(fixture_open(f, STORE_WRITE));
	assert_int_equal(access(f->path, F_OK), 0);
	chmod(f->path, 0644);
	chmod(f->folder, 0555);
	fixture_drop_rights();
	store_close(fixture_open(f, STORE_READ));
}

static void read_refuses_a_missing_trail(void **state)
{
	struct fixture *f = *state;

	fixture_refuses(f, STORE_READ, "make one with 'modtrail ingest'");
	assert_int_equal(access(f->path, F_OK), -1);
	snprintf(f->path, sizeof(f->path), "%s/none/trail.db", f->folder);
	fixture_refuses(f, STORE_READ, "make one with 'modtrail ingest'");
}

static void read_refuses_an_empty_file(void **state)
{
	struct fixture *f = *state;

	write_file(f->path, "");
	fixture_refuses(f, STORE_READ, "is empty");
}

static void write_fills_an_empty_file(void **state)
{
	struct fixture *f = *state;

	write_file(f->path, "");
	store_close(fixture_open(f, STORE_WRITE));
	store_close(fixture_open(f, STORE_READ));
}

static void open_refuses_a_folder(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir(f->path, 0755), 0);
	fixture_refuses(f, STORE_READ, "is a folder");
	fixture_refuses(f, STORE_WRITE, "is a folder");
}

static void open_refuses_a_symlink(void **state)
{
	struct fixture *f = *state;
	char real[120];

	store_close(fixture_open(f, STORE_WRITE));
	snprintf(real, sizeof(real), "%s.real", f->path);
	assert_int_equal(rename(f->path, real), 0);
	assert_int_equal(symlink(real, f->path), 0);
	fixture_refuses(f, STORE_READ, "is a symlink");
	fixture_refuses(f, STORE_WRITE, "is a symlink");
}

static void open_creates_nothing_through_a_symlink(void **state)
{
	struct fixture *f = *state;
	char target[80];

	snprintf(target, sizeof(target), "%s/target", f->folder);
	assert_int_equal(symlink(target, f->path), 0);
	fixture_refuses(f, STORE_WRITE, "is a symlink");
	assert_int_equal(access(target, F_OK), -1);
}

static void open_refuses_a_symlink_beside_the_trail(void **state)
{
	static const char *const suffixes[] = { "-wal", "-shm", "-journal" };
	struct fixture *f = *state;
	char beside[150], target[150];

	store_close(fixture_open(f, STORE_WRITE));
	snprintf(target, sizeof(target), "%s/elsewhere", f->folder);
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		snprintf(beside, sizeof(beside), "%s%s", f->path, suffixes[i]);
		assert_int_equal(symlink(target, beside), 0);
		fixture_refuses(f, STORE_READ, "is a symlink");
		fixture_refuses(f, STORE_WRITE, "is a symlink");
		assert_int_equal(access(target, F_OK), -1);
		assert_int_equal(unlink(beside), 0);
	}
}

static void write_refuses_what_others_put_into_a_folder_of_all(void **state)
{
	static const char *const suffixes[] = { "", "-wal" };
	struct fixture *f = *state;
	char planted[150];

	if (geteuid() != 0)
		skip();		/* gives files away */
	store_close(fixture_open(f, STORE_WRITE));
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		snprintf(planted, sizeof(planted), "%s%s", f->path, suffixes[i]);
		if (i > 0)
			write_file(planted, "");
		assert_int_equal(chown(planted, 65534, 65534), 0);
		assert_int_equal(chmod(f->folder, 01777), 0);
		fixture_refuses(f, STORE_WRITE, "belongs to another user (65534)");
		store_close(fixture_open(f, STORE_READ));
		assert_int_equal(chmod(f->folder, 0755), 0);
		store_close(fixture_open(f, STORE_WRITE));
		assert_int_equal(chown(f->path, 0, 0), 0);
	}
}

static void open_refuses_a_fifo(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkfifo(f->path, 0644), 0);
	fixture_refuses(f, STORE_READ, "no regular file");
}

static void open_refuses_what_is_no_database(void **state)
{
	struct fixture *f = *state;

	write_file(f->path, "type=SYSCALL msg=audit(1795456282.976:8): this is a log, not a trail\n");
	fixture_refuses(f, STORE_READ, "no modtrail trail");
	fixture_refuses(f, STORE_WRITE, "no modtrail trail");
}

static void open_refuses_and_keeps_another_database(void **state)
{
	struct fixture *f = *state;

	shell(f, "CREATE TABLE song (title TEXT)");
	fixture_refuses(f, STORE_READ, "another program");
	fixture_refuses(f, STORE_WRITE, "another program");
	shell(f, "SELECT title FROM song");
	shell(f, "CREATE TABLE wal AS SELECT * FROM pragma_journal_mode WHERE journal_mode = \"wal\"");
	shell(f, "SELECT CASE count(*) WHEN 0 THEN 1 ELSE abs(-9223372036854775807 - 1) END FROM wal");
}

static void open_refuses_a_newer_trail(void **state)
{
	struct fixture *f = *state;

	store_close(fixture_open(f, STORE_WRITE));
	shell(f, "PRAGMA user_version = 99");
	fixture_refuses(f, STORE_READ, "newer modtrail (schema 99");
	fixture_refuses(f, STORE_WRITE, "newer modtrail (schema 99");
	shell(f, "PRAGMA user_version = -1");
	fixture_refuses(f, STORE_WRITE, "newer modtrail");
}

static void add_many(struct store *s, int count, int64_t from)
{
	struct error err;

	if (store_begin(s, &err) < 0)
		fail_msg("%s", err.text);
	for (int i = 0; i < count; i++) {
		struct event ev = fixture_call(from + i, (uint64_t)(from + i), 100 + i);

		if (store_add(s, &ev, &err) < 0)
			fail_msg("%s", err.text);
	}
	if (store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
}

static void damage_is_said(void **state)
{
	struct fixture *f = *state;
	char junk[8192];
	struct stat st;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct query *q;
	int fd, rc;

	add_many(s, 3000, 1);
	store_close(s);
	memset(junk, 0xa5, sizeof(junk));
	fd = open(f->path, O_RDWR);
	assert_int_equal(fstat(fd, &st), 0);
	for (off_t at = st.st_size / 16384 * 8192; at < st.st_size; at += 8192)
		assert_int_equal(pwrite(fd, junk, sizeof(junk), at), sizeof(junk));
	close(fd);
	s = fixture_open(f, STORE_READ);
	assert_int_equal(query_open_text(&q, s, "SELECT sum(serial) FROM event NOT INDEXED", &f->err), 0);
	while ((rc = query_step(q, &f->err)) == 1)
		;
	assert_int_equal(rc, ERR_TRAIL);
	assert_non_null(strstr(f->err.text, "is damaged"));
	query_close(q);
	store_close(s);
}

static void write_refuses_a_read_only_file(void **state)
{
	struct fixture *f = *state;

	store_close(fixture_open(f, STORE_WRITE));
	chmod(f->path, 0444);
	chmod(f->folder, 0777);		/* or it would fail for want of a -shm */
	fixture_drop_rights();
	fixture_refuses(f, STORE_WRITE, "is read-only");
}

static void open_says_what_may_not_be_read(void **state)
{
	struct fixture *f = *state;

	store_close(fixture_open(f, STORE_WRITE));
	chmod(f->path, 0);
	fixture_drop_rights();
	fixture_refuses(f, STORE_READ, "Permission denied");
}

static void write_says_that_the_folder_is_not_writable(void **state)
{
	struct fixture *f = *state;

	chmod(f->folder, 0555);
	fixture_drop_rights();
	fixture_refuses(f, STORE_WRITE, "cannot create trail");
}

/* The reader is a user of its own. Whoever is not root makes it for themselves. */
static void a_new_trail_is_for_the_owner_of_its_folder(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	bool is_root = geteuid() == 0 && chown(f->folder, 65533, 65532) == 0;

	store_close(fixture_open(f, STORE_WRITE));
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_uid, is_root ? 65533 : geteuid());
	if (is_root)
		assert_int_equal(st.st_gid, 65532);
	assert_int_equal(st.st_mode & 0777 & ~0640U, 0);
}

static void read_works_in_a_read_only_folder(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);

	add_many(s, 3, 1);
	store_close(s);
	chmod(f->path, 0444);
	chmod(f->folder, 0555);
	fixture_drop_rights();
	s = fixture_open(f, STORE_READ);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM activity"), 3);
	store_close(s);
}

static void a_reader_without_locks_notices_a_writer(void **state)
{
	struct fixture *f = *state;
	struct store *reader, *writer;
	struct query *q;

	store_close(fixture_open(f, STORE_WRITE));
	chmod(f->path, 0644);
	chmod(f->folder, 0555);
	fixture_drop_rights();
	reader = fixture_open(f, STORE_READ);
	fixture_regain_rights();
	chmod(f->folder, 0755);
	writer = fixture_open(f, STORE_WRITE);
	add_many(writer, 3, 1);
	store_close(writer);
	assert_int_equal(query_open_text(&q, reader, "SELECT 1 WHERE 0", &f->err), 0);
	assert_int_equal(query_step(q, &f->err), ERR_TRAIL);
	assert_non_null(strstr(f->err.text, "run again"));
	query_close(q);
	store_close(reader);
}

static struct store *waiting;

static void on_alarm(int number)
{
	(void)number;
	store_interrupt(waiting);
}

static void begin_gives_way_to_an_interrupt(void **state)
{
	struct fixture *f = *state;
	struct store *first = fixture_open(f, STORE_WRITE);

	waiting = fixture_open(f, STORE_WRITE);
	signal(SIGALRM, on_alarm);
	assert_int_equal(store_begin(first, &f->err), 0);
	ualarm(50000, 0);
	assert_int_equal(store_begin(waiting, &f->err), ERR_INTERRUPTED);
	store_rollback(first);

	/* Nobody to wait for any more: what was read can still be committed. */
	assert_int_equal(store_begin(waiting, &f->err), 0);
	assert_int_equal(store_commit(waiting, &f->err), 0);
	store_close(waiting);
	store_close(first);
	signal(SIGALRM, SIG_DFL);
}

/* What was read before another's commit can not be written from: waiting would never end. */
static void begin_ends_what_was_being_read(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE), *other = fixture_open(f, STORE_WRITE);
	struct query *q;

	add_many(s, 3, 1);
	assert_int_equal(query_open_text(&q, s, "SELECT id FROM event ORDER BY id", &f->err), 0);
	assert_int_equal(query_step(q, &f->err), 1);
	assert_int_equal(query_step(q, &f->err), 1);
	assert_int_equal(query_int(q, 0), 2);
	add_many(other, 3, 4);
	alarm(10);
	assert_int_equal(begin_while_reading(s, &f->err), 0);
	alarm(0);
	assert_int_equal(query_step(q, &f->err), 1);
	assert_int_equal(query_int(q, 0), 1);
	query_close(q);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM event"), 6);
	assert_int_equal(store_commit(s, &f->err), 0);
	store_close(other);
	store_close(s);
}

/* Both where SQLite waits and where it says at once that something is busy. */
static void no_wait_is_without_end(void **state)
{
	struct fixture *f = *state;
	struct store *first, *second;
	sqlite3 *reader;

	store_wait_at_most(100);
	alarm(10);
	write_file(f->path, "");
	assert_int_equal(sqlite3_open(f->path, &reader), SQLITE_OK);
	assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM sqlite_schema", NULL, NULL, NULL),
			 SQLITE_OK);
	fixture_refuses(f, STORE_WRITE, "another process has held trail");
	sqlite3_close(reader);

	first = fixture_open(f, STORE_WRITE);
	second = fixture_open(f, STORE_WRITE);
	assert_int_equal(store_begin(first, &f->err), 0);
	assert_int_equal(store_begin(second, &f->err), ERR_TRAIL);
	assert_non_null(strstr(f->err.text, "another process has held trail"));
	assert_non_null(strstr(f->err.text, "'lslocks' shows which"));
	store_rollback(first);
	assert_int_equal(store_begin(second, &f->err), 0);
	store_rollback(second);
	store_close(second);
	store_close(first);
	alarm(0);
	store_wait_at_most(STORE_WAIT_MAX_MS);
}

static void commit_refuses_a_trail_that_was_removed(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);

	assert_int_equal(store_begin(s, &f->err), 0);
	assert_int_equal(store_commit(s, &f->err), 0);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(store_begin(s, &f->err), 0);
	assert_int_equal(store_commit(s, &f->err), ERR_TRAIL);
	assert_non_null(strstr(f->err.text, "was removed or replaced"));

	/* Another file under its name is another trail. */
	store_close(fixture_open(f, STORE_WRITE));
	assert_int_equal(store_begin(s, &f->err), 0);
	assert_int_equal(store_commit(s, &f->err), ERR_TRAIL);
	store_close(s);
}

/* A writer is killed after its commit; the -shm goes, as in a crash of the machine. */
static void leave_a_wal(struct fixture *f)
{
	char shm[130];
	pid_t child = fork();

	if (child == 0) {
		add_many(fixture_open(f, STORE_WRITE), 3, 1);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	snprintf(shm, sizeof(shm), "%s-shm", f->path);
	assert_int_equal(unlink(shm), 0);
}

static void read_says_what_to_do_with_a_wal_in_a_read_only_folder(void **state)
{
	struct fixture *f = *state;

	leave_a_wal(f);
	chmod(f->folder, 0555);
	chmod(f->path, 0644);
	fixture_drop_rights();
	fixture_refuses(f, STORE_READ, "left rows in its -wal");
}

static void a_wal_left_behind_is_read(void **state)
{
	struct fixture *f = *state;
	struct store *s;

	leave_a_wal(f);
	s = fixture_open(f, STORE_READ);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM activity"), 3);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(open_makes_files_0640_in_a_folder_0750),
		TEST(open_makes_one_folder_only),
		TEST(open_follows_a_symlink_to_the_folder),
		TEST(open_takes_any_name_for_a_name),
		TEST(read_refuses_a_missing_trail),
		TEST(read_refuses_an_empty_file),
		TEST(write_fills_an_empty_file),
		TEST(open_refuses_a_folder),
		TEST(open_refuses_a_symlink),
		TEST(open_creates_nothing_through_a_symlink),
		TEST(open_refuses_a_symlink_beside_the_trail),
		TEST(write_refuses_what_others_put_into_a_folder_of_all),
		TEST(open_refuses_a_fifo),
		TEST(open_refuses_what_is_no_database),
		TEST(open_refuses_and_keeps_another_database),
		TEST(open_refuses_a_newer_trail),
		TEST(damage_is_said),
		TEST(write_refuses_a_read_only_file),
		TEST(open_says_what_may_not_be_read),
		TEST(write_says_that_the_folder_is_not_writable),
		TEST(a_new_trail_is_for_the_owner_of_its_folder),
		TEST(read_works_in_a_read_only_folder),
		TEST(a_reader_without_locks_notices_a_writer),
		TEST(begin_gives_way_to_an_interrupt),
		TEST(begin_ends_what_was_being_read),
		TEST(no_wait_is_without_end),
		TEST(commit_refuses_a_trail_that_was_removed),
		TEST(read_says_what_to_do_with_a_wal_in_a_read_only_folder),
		TEST(a_wal_left_behind_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
