#include "fault.h"

#include "verdict/judge.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS 16

/* In memory that a child shares with us. */
struct outcome {
	bool struck;
	int rc, signal;
	struct error err;
};

static void run_or_die(const char *command)
{
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

void fault_old_trail(struct fixture *f)
{
	char command[300];

	snprintf(command, sizeof(command), "sqlite3 '%s' <testdata/db/0001.sql >/dev/null", f->path);
	run_or_die(command);
}

void fault_some_trail(struct fixture *f)
{
	char command[400];

	/* The dump has no news to judge any more: say that everything is. */
	snprintf(command, sizeof(command), "sqlite3 '%s' <testdata/db/0002.sql >/dev/null && "
		 "sqlite3 '%s' 'INSERT INTO news SELECT id, 0 FROM machine; DELETE FROM cell'",
		 f->path, f->path);
	run_or_die(command);
	store_close(fixture_open(f, STORE_WRITE));
}

void fault_judged_trail(struct fixture *f)
{
	const struct judging how = { .now_ms = INT64_C(1795700000000) };
	struct error err;
	struct store *s;

	fault_some_trail(f);
	s = fixture_open(f, STORE_WRITE);
	if (store_begin(s, &err) < 0 || judge(s, &how, &err) < 0 || store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
	store_close(s);
}

static int run_command(const struct fixture *f, const struct scenario *sc, struct error *err)
{
	const struct globals globals = { .trail = f->path };
	char text[500], *next = text, *argv[WORDS] = { (char *)sc->command->name };
	int argc = 1;

	snprintf(text, sizeof(text), "%s", sc->words);
	for (char *word; argc < WORDS - 1 && (word = strsep(&next, " ")) != NULL;)
		if (*word != '\0')
			argv[argc++] = word;
	optind = 0;
	opterr = 0;
	return sc->command->run(&globals, argc, argv, err);
}

static void run_child(const struct fixture *f, const struct fault *fault, long n, bool stays,
		      const struct scenario *sc, struct outcome *o)
{
	char out[130];

	/* A crash ends the child: cmocka's handler would go on with its tests there. */
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	snprintf(out, sizeof(out), "%s/out", f->folder);
	if (freopen(out, "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		_exit(99);
	if (sc->stop) {
		sigset_t term;

		sigemptyset(&term);
		sigaddset(&term, SIGTERM);
		sigprocmask(SIG_BLOCK, &term, NULL);
		raise(SIGTERM);
	}
	if (fault != NULL)
		fault->arm(n, stays);
	o->rc = sc->command ? run_command(f, sc, &o->err) : sc->act(f, &o->err);
	o->struck = fault != NULL && fault->struck();
	exit(0);	/* where leaks are looked for, they are found now */
}

static struct outcome run(const struct fixture *f, const struct fault *fault, long n, bool stays,
			  const struct scenario *sc)
{
	struct outcome *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0), o;
	int status;
	pid_t child;

	assert_ptr_not_equal(shared, MAP_FAILED);
	fflush(NULL);
	child = fork();
	if (child == 0)
		run_child(f, fault, n, stays, sc, shared);
	assert_int_equal(waitpid(child, &status, 0), child);
	o = *shared;
	munmap(shared, sizeof(*shared));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		o.signal = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
	return o;
}

static char *read_output(const struct fixture *f)
{
	char out[130], *text = NULL;
	size_t len = 0;
	ssize_t got;
	FILE *file;

	snprintf(out, sizeof(out), "%s/out", f->folder);
	file = fopen(out, "r");
	assert_non_null(file);
	got = getdelim(&text, &len, '\0', file);
	fclose(file);
	if (got < 0 && text != NULL)
		text[0] = '\0';
	return text ? text : strdup("");
}

/* Everything that a trail holds, but for the reader's own clock and what is random. */
static char *read_trail(struct fixture *f)
{
	static const char *const tables[] = {
		"SELECT * FROM machine ORDER BY id", "SELECT * FROM event ORDER BY id",
		"SELECT * FROM record ORDER BY event_id", "SELECT * FROM link ORDER BY event_id",
		"SELECT * FROM marker ORDER BY event_id", "SELECT * FROM claim",
		"SELECT * FROM note", "SELECT * FROM note_marker", "SELECT * FROM news",
		"SELECT * FROM judgement", "SELECT * FROM cell", "SELECT * FROM cell_change",
		"SELECT host_id, head, path, offset, tail, size FROM source",
		"SELECT one, before_ms FROM horizon", "SELECT host_id, count(*) FROM pruned GROUP BY 1",
		"SELECT host_id, head, kind, what, count FROM known_loss",
		"SELECT name, sql FROM sqlite_schema ORDER BY name",
	};
	struct store *s = fixture_open(f, STORE_READ);
	char *text = NULL;
	size_t len;
	FILE *all = open_memstream(&text, &len);

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		char *rows = fixture_rows(s, tables[i]);

		fputs(rows, all);
		free(rows);
	}
	fclose(all);
	store_close(s);
	return text;
}

static char *read_result(struct fixture *f, const struct scenario *sc)
{
	return sc->writes ? read_trail(f) : read_output(f);
}

static void copy_file(const char *from, const char *to)
{
	char part[65536];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0640);
	ssize_t len;

	assert_true(in >= 0 && out >= 0);
	while ((len = read(in, part, sizeof(part))) > 0)
		assert_int_equal(write(out, part, (size_t)len), len);
	close(in);
	close(out);
}

static void remove_trail(const struct fixture *f)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		char path[130];

		snprintf(path, sizeof(path), "%s%s", f->path, ends[i]);
		unlink(path);
	}
}

/* The trail to begin with, as it was the first time. */
static void begin_anew(struct fixture *f, const struct scenario *sc)
{
	char keep[130];

	remove_trail(f);
	if (sc->prepare == NULL)
		return;
	snprintf(keep, sizeof(keep), "%s/keep", f->folder);
	if (access(keep, F_OK) == 0) {
		copy_file(keep, f->path);
		return;
	}
	sc->prepare(f);
	copy_file(f->path, keep);
}

static bool has_one_of(const char *text, const char *words)
{
	char copy[200], *next = copy;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word; (word = strsep(&next, "|")) != NULL;)
		if (strstr(text, word) != NULL)
			return true;
	return false;
}

static void check_error(const struct fixture *f, const struct fault *fault,
			const struct outcome *o, long n)
{
	if (!has_one_of(o->err.text, fault->words))
		fail_msg("%s %ld: '%s' is not in: %s", fault->name, n, fault->words, o->err.text);
	if (fault->names_trail && strstr(o->err.text, f->path) == NULL)
		fail_msg("%s %ld: the trail is not named in: %s", fault->name, n, o->err.text);
}

/* A trail that was never begun, or got no further than its empty file, is sound. */
static void check_sound(struct fixture *f, const struct fault *fault, long n)
{
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;
	struct stat st;

	if (stat(f->path, &st) < 0 || st.st_size == 0)
		return;
	if (sqlite3_open(f->path, &db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "SELECT group_concat(integrity_check) FROM pragma_integrity_check",
			       -1, &q, NULL) != SQLITE_OK ||
	    sqlite3_step(q) != SQLITE_ROW ||
	    strcmp((const char *)sqlite3_column_text(q, 0), "ok") != 0)
		fail_msg("%s %ld: the trail is damaged: %s", fault->name, n, sqlite3_errmsg(db));
	sqlite3_finalize(q);
	sqlite3_close(db);
}

/* Where two texts part: the line in a. */
static const char *other_line(const char *a, const char *b)
{
	const char *line = a;

	for (; *a != '\0' && *a == *b; a++, b++)
		if (*a == '\n')
			line = a + 1;
	return line;
}

static void check_result(struct fixture *f, const struct fault *fault, const struct scenario *sc,
			 const char *want, long n, const char *when)
{
	char *got = read_result(f, sc);

	if (strcmp(got, want) != 0)
		fail_msg("%s %s %ld, %s: another result:\n%.300s\nbut not\n%.300s", sc->name,
			 fault->name, n, when, other_line(got, want), other_line(want, got));
	free(got);
}

static void check_outcome(struct fixture *f, const struct fault *fault, const struct scenario *sc,
			  const struct outcome *o, const struct outcome *usual, const char *want,
			  long n)
{
	struct outcome again;

	if (o->signal != 0)
		fail_msg("%s %s %ld: ended by signal %d: %s", sc->name, fault->name, n, o->signal,
			 o->err.text);
	if (o->rc < 0)
		check_error(f, fault, o, n);
	else if (o->rc != usual->rc)
		fail_msg("%s %s %ld: %d and no error", sc->name, fault->name, n, o->rc);
	else
		check_result(f, fault, sc, want, n, "met without an error");
	if (sc->writes)
		check_sound(f, fault, n);
	if (o->rc >= 0)
		return;
	again = run(f, NULL, 0, false, sc);
	if (again.rc != usual->rc || again.signal != 0)
		fail_msg("%s %s %ld: cannot go on: %s", sc->name, fault->name, n, again.err.text);
	check_result(f, fault, sc, want, n, "after the next run");
}

long fault_all(struct fixture *f, const struct fault *fault, const struct scenario *sc, bool stays,
	       long stride)
{
	struct outcome usual;
	long n, met = 0;
	char *want;

	begin_anew(f, sc);
	usual = run(f, NULL, 0, false, sc);
	if (usual.rc < 0 || usual.signal != 0)
		fail_msg("%s fails by itself: %s", sc->name, usual.err.text);
	want = read_result(f, sc);
	for (n = 1;; n += stride) {
		struct outcome o;

		begin_anew(f, sc);
		o = run(f, fault, n, stays, sc);
		if (!o.struck && o.signal == 0)
			break;
		check_outcome(f, fault, sc, &o, &usual, want, n);
		met++;
	}
	check_result(f, fault, sc, want, n, "not met");
	free(want);
	return met;
}

static long number_in(const char *variable, long otherwise)
{
	const char *text = getenv(variable);

	return text != NULL && atol(text) > 0 ? atol(text) : otherwise;
}

long fault_stride(long usual)
{
	return number_in("FAULT_STRIDE", usual * number_in("FAULT_FEWER", 1));
}
