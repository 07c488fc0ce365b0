/*
 * However a log is written, rotated and read in between, what comes out is
 * what was written. Steps are drawn from a fixed seed; a failure names it.
 */
#include "logdir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define RUNS 40
#define STEPS 120
#define ROTATIONS_KEPT 40

static uint64_t seed;

static unsigned draw(unsigned below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((seed >> 33) % below);
}

/* A writer of lines into audit.log, some of them not whole yet. */
struct writer {
	struct text written;
	unsigned serial;
	char line[400];
	size_t len, done;	/* of line */
};

static void write_some(struct writer *w)
{
	size_t n;

	if (w->done == w->len) {
		w->len = (size_t)snprintf(w->line, sizeof(w->line), "msg=audit(1.0:%u): %.*s\n",
					  w->serial++, (int)draw(300),
					  "a line of some length or other, with nothing in it that "
					  "matters: a line of some length or other, with nothing "
					  "in it that matters: a line of some length or other");
		w->done = 0;
	}
	n = draw(3) == 0 ? w->len - w->done : 1 + draw((unsigned)(w->len - w->done));
	logdir_append("audit.log", w->line + w->done, n);
	text_add(&w->written, w->line + w->done, n);
	w->done += n;
}

static void finish_line(struct writer *w)
{
	logdir_append("audit.log", w->line + w->done, w->len - w->done);
	text_add(&w->written, w->line + w->done, w->len - w->done);
	w->done = w->len;
}

static const char *rotation(unsigned n, const char *suffix)
{
	static char names[4][32];
	static unsigned next;
	char *name = names[next++ % ARRAY_SIZE(names)];

	snprintf(name, sizeof(names[0]), "audit.log.%u%s", n, suffix);
	return name;
}

static bool exists(const char *name)
{
	struct stat st;

	return stat(logdir_path(name), &st) == 0;
}

static void make_room_for_rotation(void)
{
	for (unsigned n = ROTATIONS_KEPT; n > 0; n--) {
		if (exists(rotation(n, "")))
			logdir_rename(rotation(n, ""), rotation(n + 1, ""));
		if (exists(rotation(n, ".gz")))
			logdir_rename(rotation(n, ".gz"), rotation(n + 1, ".gz"));
	}
}

static void rotate(struct writer *w, bool copy)
{
	finish_line(w);
	make_room_for_rotation();
	if (copy) {
		logdir_copy("audit.log", "audit.log.1");
		logdir_truncate("audit.log");
	} else {
		logdir_rename("audit.log", "audit.log.1");
		logdir_puts("audit.log", "");
	}
}

static void pack_one(void)
{
	unsigned n = 1 + draw(3);

	if (!exists(rotation(n, "")))
		return;
	logdir_pack(rotation(n, ""), rotation(n, ".gz"), "gzip");
	logdir_remove(rotation(n, ""));
}

/* Keeps where the source is, as a store would, and starts another one there. */
static void restart(struct reading *r)
{
	struct text so_far = r->text;

	r->text = (struct text){ 0 };
	if (r->chunks > 0 && r->known_len < ARRAY_SIZE(r->known))
		r->known_len += (size_t)source_checkpoint(r->source, r->last.file, r->last.offset +
							  r->last.len, &r->known[r->known_len]);
	reading_close(r);
	reading_open(r, logdir_path("audit.log"), true);
	r->text = so_far;
}

/* What was read must be what was written, but for an unfinished line. */
static void check(const struct reading *r, const struct writer *w, unsigned run)
{
	size_t due = w->written.len - (w->done < w->len ? w->done : 0);

	if (r->text.len != due || (due > 0 && memcmp(r->text.data, w->written.data, due) != 0))
		fail_msg("run %u: %zu bytes instead of %zu", run, r->text.len, due);
}

enum { BY_NAME = 1, BY_COPY = 2, PACKED = 4 };

static void any_history(int ways)
{
	for (unsigned run = 0; run < RUNS; run++) {
		struct writer w = { .len = 0 };
		struct reading r = { 0 };
		void *none = NULL;

		seed = run;
		assert_int_equal(logdir_setup(&none), 0);
		logdir_puts("audit.log", "");
		reading_open(&r, logdir_path("audit.log"), true);
		for (unsigned step = 0, rotations = 0; step < STEPS; step++) {
			unsigned act = draw(20);

			if (act < 11 || rotations == ROTATIONS_KEPT) {
				write_some(&w);
			} else if (act < 13) {
				rotations++;
				rotate(&w, !(ways & BY_NAME) || (ways & BY_COPY && draw(2) == 0));
			} else if (act == 13 && ways & PACKED) {
				pack_one();
			} else {
				reading_drain(&r);
				check(&r, &w, run);
			}
		}
		reading_drain(&r);
		check(&r, &w, run);
		assert_int_equal(source_counts(r.source)->rotations_lost, 0);
		reading_close(&r);
		text_release(&w.written);
		assert_int_equal(logdir_teardown(&none), 0);
	}
}

static void rotation_by_name(void **state)
{
	(void)state;
	any_history(BY_NAME);
}

static void rotation_by_copy(void **state)
{
	(void)state;
	any_history(BY_COPY);
}

static void rotation_by_either_with_packing(void **state)
{
	(void)state;
	any_history(BY_NAME | BY_COPY | PACKED);
}

/* Each file is left at a checkpoint before the source is started again. */
static void restarts_between_rotations(void **state)
{
	(void)state;
	for (unsigned run = 0; run < RUNS; run++) {
		struct writer w = { .len = 0 };
		struct reading r = { 0 };
		void *none = NULL;

		seed = run;
		assert_int_equal(logdir_setup(&none), 0);
		logdir_puts("audit.log", "");
		reading_open(&r, logdir_path("audit.log"), true);
		for (unsigned round = 0; round < 4; round++) {
			for (unsigned n = 1 + draw(30); n > 0; n--)
				write_some(&w);
			reading_drain(&r);
			check(&r, &w, run);
			restart(&r);
			for (unsigned n = 1 + draw(30); n > 0; n--)
				write_some(&w);
			if (round == 3)
				rotate(&w, draw(2) == 0);
			reading_drain(&r);
			check(&r, &w, run);
		}
		reading_close(&r);
		text_release(&w.written);
		assert_int_equal(logdir_teardown(&none), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rotation_by_name),
		cmocka_unit_test(rotation_by_copy),
		cmocka_unit_test(rotation_by_either_with_packing),
		cmocka_unit_test(restarts_between_rotations),
	};

	return cmocka_run_group_tests_name("rotation", tests, NULL, NULL);
}
