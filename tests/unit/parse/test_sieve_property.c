#include "bench.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char *const logs[] = {
	"testdata/capture/r03-modern/log/audit.log",
	"testdata/capture/r15-enriched/log/audit.log",
	"testdata/capture/r15b-node/log/audit.log",
	"testdata/capture/r21-interleave/log/audit.log",
	"testdata/capture/r22-markers/log/audit.log",
};

/* The property: however the feeds are cut, the sieve's fragments are the reference's events. */
static void check_against_reference(const char *text, size_t len)
{
	static const size_t sizes[] = { 0, 1, 300, 65536, 2000000 };
	struct collected_run reference = { 0 };
	struct bench b;

	gather_lines(&reference, text, len, bench_keys);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		bench_init(&b, false);
		bench_feed_in_parts(&b, text, len, sizes[i]);
		bench_flush(&b);
		assert_int_equal(gathered_wanted(&b.out), gathered_wanted(&reference));
		assert_gathered_in(&reference, &b.out);
		assert_int_equal(sieve_counts(b.sieve)->bytes, len);
		bench_release(&b);
	}

	bench_init(&b, true);
	bench_feed_in_parts(&b, text, len, 65536);
	bench_flush(&b);
	assert_gathered_in(&reference, &b.out);
	for (size_t i = 0; i < reference.count; i++)
		reference.event[i].wanted = true;
	assert_int_equal(gathered_wanted(&b.out), gathered_wanted(&reference));
	assert_gathered_in(&reference, &b.out);
	bench_release(&b);
	gathered_release(&reference);
}

static void real_logs_give_the_events_of_the_reference(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		size_t len;
		AUTO(freep) char *text = read_file(logs[i], &len);

		check_against_reference(text, len);
	}
}

/* A few lines of one of a few dozen events at a time: all interleaved, some late, some broken. */
static size_t hostile_lines(char *out, size_t size, unsigned *seed, unsigned now)
{
	static const char *const nodes[] = { "", "", "node= ", "node=a ", "node=b ", "node=a b " };
	static const struct { const char *type, *fields; } bodies[] = {
		{ "SYSCALL", "arch=c000003e syscall=313 success=no comm=\"x\" key=(null)" },
		{ "SYSCALL", "arch=c000003e syscall=257 success=yes key=\"access\"" },
		{ "SYSCALL", "arch=c000003e syscall=59 comm=\"ls\" exe=\"/usr/bin/ls\"" },
		{ "KERN_MODULE", "name=\"dummy\"" }, { "CWD", "cwd=\"/\"" }, { "EOE", "" },
		{ "PATH", "item=0 name=\"/x\"" }, { "PATH", "item=2 name=\"/y\"\r" },
		{ "PATH", "item=1 name=\"/x\"" }, { "PATH", "item=1 name=\"/x\"\x1dOUID=\"r\"" },
		{ "PROCTITLE", "proctitle=6C73" }, { "EXECVE", "argc=1 a0=\"insmod\"" },
		{ "EXECVE", "argc=1 a0=\"ls\"" }, { "DAEMON_END", "op=terminate" },
		{ "USER", "msg='modtrail'" }, { "USER", "msg='key=\"modules\"'" },
	};
	const char *node = nodes[next_random(seed) % ARRAY_SIZE(nodes)];
	unsigned event = now / 20 + next_random(seed) % 30, more = next_random(seed) % 3;
	size_t len = 0;

	if (next_random(seed) % 20 == 0)
		return (size_t)snprintf(out, size, "type=CWD msg=audit(99999999999999.000:1): torn\n"
					"type=CWD msg=audit(99999999999999.000:1): torn\n\n");
	do {
		size_t body = next_random(seed) % ARRAY_SIZE(bodies);

		len += (size_t)snprintf(out + len, size - len, "%stype=%s msg=audit(%u.%03u:%u): %s\n",
					node, bodies[body].type, 1000 + event / 8, event % 4, event % 50,
					bodies[body].fields);
	} while (more-- > 0);
	return len;
}

static void hostile_logs_give_the_events_of_the_reference(void **state)
{
	size_t size = 500000;
	AUTO(freep) char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	for (unsigned seed = 1; seed <= 6; seed++) {
		unsigned random = seed;
		size_t len = 0;

		for (unsigned now = 0; now < 1500; now++)
			len += hostile_lines(text + len, size - len, &random, now);
		check_against_reference(text, len);
	}
}

/* Stops after each line, begins anew where sieve_safe() says, and compares with one run. */
static void nothing_is_lost_by_starting_anew_at_the_safe_place(void **state)
{
	size_t size = 100000, len = 0;
	AUTO(freep) char *text = malloc(size);
	struct collected_run reference = { 0 };
	unsigned random = 3;

	(void)state;
	assert_non_null(text);
	for (unsigned now = 0; now < 300; now++)
		len += hostile_lines(text + len, size - len, &random, now);
	gather_lines(&reference, text, len, bench_keys);
	for (size_t stop = 0; stop < len; stop = line_end(text, len, stop)) {
		struct bench before, after;
		uint64_t safe;

		bench_init(&before, false);
		bench_feed(&before, text, stop);
		safe = sieve_safe(before.sieve);
		assert_true(safe <= stop);

		bench_init(&after, false);
		bench_feed(&after, text + safe, len - safe);
		bench_flush(&after);
		for (size_t i = 0; i < before.out.count; i++) {
			struct gathered_event *e = &before.out.event[i];

			for (size_t j = 0; j < after.out.count; j++) {
				size_t n;
				const char *more = records_text(&after.out.event[j].records, &n);

				if (strcmp(after.out.event[j].id, e->id) == 0)
					assert_true(records_add_text(&e->records, more, n) >= 0);
			}
		}
		for (size_t i = 0; i < reference.count; i++) {
			struct collected_run wanted = { &reference.event[i], 1, 1 };
			bool known = false;

			for (size_t j = 0; j < before.out.count; j++)
				known |= strcmp(before.out.event[j].id, wanted.event->id) == 0;
			assert_gathered_in(&wanted, known ? &before.out : &after.out);
		}
		bench_release(&before);
		bench_release(&after);
	}
	gathered_release(&reference);
}

/* What leaves is decided for each line, so the cut of the feeds changes nothing. */
static void the_window_is_the_same_for_any_cut_of_feeds(void **state)
{
	static const size_t sizes[] = { 0, 700, 100000, 1000000 };
	size_t size = 3000000, len = 0;
	AUTO(freep) char *text = malloc(size);
	struct collected_run first = { 0 };

	(void)state;
	assert_non_null(text);
	for (unsigned i = 0; len < size - 1000; i++)
		len += (size_t)snprintf(text + len, size - len,
					"type=PATH msg=audit(1.000:%u): item=%u\n"
					"type=%s msg=audit(1.000:%u): name=\"%u\"\n",
					i % 9000, i, i % 11 ? "CWD" : "KERN_MODULE", i % 7000, i);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct bench b;

		bench_init(&b, false);
		bench_feed_in_parts(&b, text, len, sizes[i]);
		bench_flush(&b);
		assert_true(gathered_wanted(&b.out) > 1000);
		if (i == 0) {
			first = b.out;
			b.out = (struct collected_run){ 0 };
		} else {
			assert_int_equal(gathered_wanted(&b.out), gathered_wanted(&first));
			assert_gathered_in(&first, &b.out);
		}
		bench_release(&b);
	}
	gathered_release(&first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_logs_give_the_events_of_the_reference),
		cmocka_unit_test(hostile_logs_give_the_events_of_the_reference),
		cmocka_unit_test(nothing_is_lost_by_starting_anew_at_the_safe_place),
		cmocka_unit_test(the_window_is_the_same_for_any_cut_of_feeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
