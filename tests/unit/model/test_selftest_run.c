#include "test.h"

#include "model/selftest_run.h"

#include <stdio.h>

#define ID "0123456789abcdef"
#define HOSTILE "a b'c\"d%e\\\x1b[31m=\n\t\xc3\xa9\xff type=SYSCALL msg=audit(1.2:3): op=modtrail-end"

static struct run_marker read_back(const struct marker_text *m)
{
	struct run_marker out;

	assert_false(m->cut);
	run_read(&out, (struct bytes){ m->text, m->len });
	return out;
}

static enum run_word word_of(const char *text)
{
	struct run_marker out;

	run_read(&out, (struct bytes){ text, strlen(text) });
	return out.word;
}

static struct selftest_run a_run(void)
{
	return (struct selftest_run){ .id = ID, .before = { 7, 1, 500 }, .after = { 9, 2, 0 },
			     .keys = "modules,kernel_modules", .module = "dummy", .probes = 33,
			     .loader = LOADER_AUDITCTL };
}

static struct claim a_claim(void)
{
	return (struct claim){
		.cell = { MECHANISM_FINIT_B64, ACTOR_LOGIN }, .claimed = true,
		.expect = EXPECT_SILENT, .reason = REASON_SHADOWED, .scope = SCOPE_NOT_OURS,
		.rule = "-a always,exit -F arch=b64 -S finit_module -F key=modules",
		.place = { PLACE_FILE, "/etc/audit/rules.d/50 a.rules", 3 },
		.facts = { .field = "auid", .value = ">=1000", .path = "/opt/a b",
			   .other = "-a never,exit -F exe=/usr/bin/kmod",
			   .at = { PLACE_KERNEL, "", 1 }, .text = "no such call: 'x'" },
	};
}

static void assert_same_place(const struct place *a, const struct place *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_string_equal(a->file, b->file);
	assert_int_equal(a->line, b->line);
}

static void assert_same_facts(const struct claim *a, const struct claim *b)
{
	assert_string_equal(a->rule, b->rule);
	assert_same_place(&a->place, &b->place);
	assert_int_equal(a->asks, b->asks);
	assert_int_equal(a->by_program, b->by_program);
	assert_string_equal(a->facts.field, b->facts.field);
	assert_string_equal(a->facts.value, b->facts.value);
	assert_string_equal(a->facts.path, b->facts.path);
	assert_string_equal(a->facts.other, b->facts.other);
	assert_same_place(&a->facts.at, &b->facts.at);
	assert_string_equal(a->facts.text, b->facts.text);
}

static struct probe a_probe(void)
{
	return (struct probe){
		.number = 4, .pid = 4242, .nonce = "00c0ffee", .act = "modprobe dummy", .cells = 2,
		.cell = { { MECHANISM_MODPROBE, ACTOR_ROOT }, { MECHANISM_FINIT_B64, ACTOR_ROOT } },
	};
}

static void begin_comes_back(void **state)
{
	struct selftest_run run = a_run();
	struct marker_text m;
	struct run_marker out;

	(void)state;
	run_mark_begin(&m, &run);
	out = read_back(&m);
	assert_int_equal(out.word, WORD_BEGIN);
	assert_string_equal(out.run, ID);
	assert_string_equal(out.begin.id, ID);
	assert_memory_equal(&out.begin.before, &run.before, sizeof(run.before));
	assert_int_equal(out.begin.after.lost, -1);
	assert_int_equal(out.begin.probes, 33);
	assert_string_equal(out.begin.keys, run.keys);
	assert_string_equal(out.begin.module, run.module);
	assert_int_equal(out.begin.loader, LOADER_AUDITCTL);
}

static void what_is_not_known_stays_unknown(void **state)
{
	struct selftest_run run = { .id = ID, .before = { -1, -1, -1 }, .after = { -1, -1, -1 } };
	struct marker_text m;
	struct run_marker out;

	(void)state;
	run_mark_begin(&m, &run);
	out = read_back(&m);
	assert_int_equal(out.word, WORD_BEGIN);
	assert_memory_equal(&out.begin.before, &run.before, sizeof(run.before));
	assert_string_equal(out.begin.keys, "");
	assert_string_equal(out.begin.module, "");
	assert_int_equal(out.begin.loader, LOADER_UNKNOWN);
	run_mark_end(&m, &run, 0);
	out = read_back(&m);
	assert_int_equal(out.word, WORD_END);
	assert_memory_equal(&out.end.after, &run.after, sizeof(run.after));
}

static void end_comes_back(void **state)
{
	struct selftest_run run = a_run();
	struct marker_text m;
	struct run_marker out;

	(void)state;
	run_mark_end(&m, &run, 33);
	out = read_back(&m);
	assert_int_equal(out.word, WORD_END);
	assert_string_equal(out.end.id, ID);
	assert_memory_equal(&out.end.after, &run.after, sizeof(run.after));
	assert_int_equal(out.end.ended_ms, 0);
	assert_int_equal(out.end.acted, 33);
}

static void every_claim_comes_back(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MECHANISM_COUNT * ACTOR_COUNT * REASON_COUNT; i++) {
		struct claim claim = a_claim();
		struct marker_text m;
		struct run_marker out;

		claim.cell.mechanism = (enum mechanism)(i % MECHANISM_COUNT);
		claim.cell.actor = (enum actor)(i / MECHANISM_COUNT % ACTOR_COUNT);
		claim.reason = (enum reason)(i / MECHANISM_COUNT / ACTOR_COUNT);
		claim.expect = (enum expect)(i % EXPECT_COUNT);
		claim.scope = (enum claim_scope)(i % SCOPE_COUNT);
		claim.claimed = i % 2;
		claim.by_program = i % 3 == 0;
		claim.asks = (enum asks)(i % ASKS_COUNT);
		claim.place.kind = (enum place_kind)(i % (PLACE_KERNEL + 1));
		if (claim.place.kind != PLACE_FILE)
			claim.place = (struct place){ claim.place.kind, "", claim.place.kind ? 3 : 0 };
		run_mark_claim(&m, ID, &claim);
		out = read_back(&m);
		assert_int_equal(out.word, WORD_CLAIM);
		assert_int_equal(out.claim.cell.mechanism, claim.cell.mechanism);
		assert_int_equal(out.claim.cell.actor, claim.cell.actor);
		assert_int_equal(out.claim.reason, claim.reason);
		assert_int_equal(out.claim.expect, claim.expect);
		assert_int_equal(out.claim.scope, claim.scope);
		assert_int_equal(out.claim.claimed, claim.claimed);
		assert_same_facts(&out.claim, &claim);
	}
}

static void probes_of_one_and_of_two_cells_come_back(void **state)
{
	(void)state;
	for (unsigned cells = 1; cells <= 2; cells++) {
		struct probe probe = a_probe();
		struct marker_text m;
		struct run_marker out;

		probe.cells = cells;
		run_mark_probe(&m, ID, &probe);
		out = read_back(&m);
		assert_int_equal(out.word, WORD_PROBE);
		assert_int_equal(out.probe.number, 4);
		assert_int_equal(out.probe.pid, 4242);
		assert_int_equal(out.probe.cells, cells);
		assert_memory_equal(out.probe.cell, probe.cell, cells * sizeof(probe.cell[0]));
		assert_string_equal(out.probe.nonce, probe.nonce);
		assert_string_equal(out.probe.act, probe.act);
		assert_int_equal(out.probe.result, PROBE_PENDING);
		assert_int_equal(out.probe.ended_ms, 0);
	}
}

static void every_result_comes_back(void **state)
{
	static const int64_t results[] = { PROBE_SKIPPED, PROBE_DONE, 2, 38 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		struct probe probe = a_probe();
		struct marker_text m;
		struct run_marker out;

		probe.result = results[i];
		run_mark_acted(&m, ID, &probe);
		out = read_back(&m);
		assert_int_equal(out.word, WORD_ACTED);
		assert_int_equal(out.acted.number, 4);
		assert_int_equal(out.acted.pid, 4242);
		assert_int_equal(out.acted.result, results[i]);
	}
}

static void hostile_texts_come_back_and_forge_nothing(void **state)
{
	struct claim claim = a_claim();
	struct probe probe = a_probe();
	struct marker_text m;
	struct run_marker out;

	(void)state;
	strcpy(claim.rule, HOSTILE);
	strcpy(claim.place.file, HOSTILE);
	claim.facts.at.kind = PLACE_FILE;
	strcpy(claim.facts.at.file, HOSTILE);
	strcpy(claim.facts.field, "a b=c'");
	strcpy(claim.facts.value, "=\n\xff op=x");
	strcpy(claim.facts.path, HOSTILE);
	strcpy(claim.facts.other, HOSTILE);
	strcpy(claim.facts.text, HOSTILE);
	run_mark_claim(&m, ID, &claim);
	out = read_back(&m);
	assert_int_equal(out.word, WORD_CLAIM);
	assert_same_facts(&out.claim, &claim);
	strcpy(probe.act, HOSTILE);
	run_mark_probe(&m, ID, &probe);
	assert_string_equal(read_back(&m).probe.act, HOSTILE);
	run_mark_caveat(&m, ID, HOSTILE);
	out = read_back(&m);
	assert_int_equal(out.word, WORD_CAVEAT);
	assert_string_equal(out.caveat, HOSTILE);
	assert_null(strpbrk(m.text, "'\"\n\x1b"));
}

static void a_claim_that_is_too_long_loses_its_facts_first(void **state)
{
	struct claim claim = a_claim();
	struct marker_text m;
	struct run_marker out;

	(void)state;
	memset(claim.rule, ' ', sizeof(claim.rule) - 1);
	memset(claim.facts.other, ' ', sizeof(claim.facts.other) - 1);
	run_mark_claim(&m, ID, &claim);
	assert_true(m.cut);
	run_read(&out, (struct bytes){ m.text, m.len });
	assert_int_equal(out.word, WORD_CLAIM);
	assert_string_equal(out.claim.rule, claim.rule);
	assert_same_place(&out.claim.place, &claim.place);
	assert_string_equal(out.claim.facts.other, "");
}

static void what_the_library_adds_behind_is_no_part_of_it(void **state)
{
	struct run_marker out;

	(void)state;
	run_read(&out, BYTES("op=modtrail-acted v=1 run=" ID " n=1 pid=20 result=0 "
			     "exe=\"/usr/sbin/modtrail\" hostname=? addr=? terminal=? res=success"));
	assert_int_equal(out.word, WORD_ACTED);
	assert_int_equal(out.acted.pid, 20);
}

static void malformed_markers_say_nothing(void **state)
{
	static const char *const malformed[] = {
		"",
		"op=modtrail-",
		"op=modtrail-acted v=2 run=" ID " n=1 pid=2 result=0",
		"op=modtrail-acted v=1 n=1 pid=2 result=0",
		"op=modtrail-acted v=1 run=0123 n=1 pid=2 result=0",
		"op=modtrail-acted v=1 run=0123456789ABCDEF n=1 pid=2 result=0",
		"op=modtrail-acted v=1 run=" ID "0 n=1 pid=2 result=0",
		"op=modtrail-acted v=1 run=" ID " pid=2 result=0",
		"op=modtrail-acted v=1 run=" ID " n=0 pid=2 result=0",
		"op=modtrail-acted v=1 run=" ID " n=x pid=2 result=0",
		"op=modtrail-acted v=1 run=" ID " n=99999999999999999999 pid=2 result=0",
		"op=modtrail-acted v=1 run=" ID " n=1 pid=0 result=0",
		"op=modtrail-acted v=1 run=" ID " n=1 pid=2",
		"op=modtrail-acted v=1 run=" ID " n=1 pid=2 result=-2",
		"op=modtrail-acted v=1 run=" ID " n=1 pid=2 result=4096",
		"op=modtrail-probe v=1 run=" ID " n=1 pid=2",
		"op=modtrail-probe v=1 run=" ID " n=1 pid=2 cell=finit_module.b64/nobody",
		"op=modtrail-probe v=1 run=" ID " n=1 pid=2 cell=finit_module.b64/root,",
		"op=modtrail-probe v=1 run=" ID " n=1 pid=2 cell=exec.rmmod/root,exec.rmmod/root,x",
		"op=modtrail-probe v=1 run=" ID " n=1 cell=finit_module.b64/root",
		"op=modtrail-probe v=1 run=" ID " n=1 pid=2 cell=exec.rmmod/root nonce=xyz",
		"op=modtrail-claim v=1 run=" ID " expect=silent claimed=yes",
		"op=modtrail-claim v=1 run=" ID " cell=exec.rmmod/root claimed=yes",
		"op=modtrail-claim v=1 run=" ID " cell=exec.rmmod/root expect=recorded",
		"op=modtrail-claim v=1 run=" ID " cell=exec.rmmod/root expect=recorded claimed=maybe",
		"op=modtrail-claim v=1 run=" ID
		" cell=exec.rmmod/root expect=silent claimed=yes reason=bad-luck",
		"op=modtrail-begin v=1 run=" ID " lost=0 enabled=1 daemon=5",
		"op=modtrail-begin v=1 run=" ID " lost=-2 enabled=1 daemon=5 probes=1",
		"op=modtrail-begin v=1 run=" ID " lost=0 enabled=3 daemon=5 probes=1",
		"op=modtrail-end v=1 run=" ID " lost=0 enabled=1",
		"op=modtrail-caveat v=1 run=" ID,
		"op=modtrail-unknown v=1 run=" ID,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(malformed); i++)
		if (word_of(malformed[i]) != WORD_NONE)
			fail_msg("was read: %s", malformed[i]);
	/* and these would be well-formed */
	assert_int_equal(word_of("op=modtrail-acted v=1 run=" ID " n=1 pid=2 result=0"), WORD_ACTED);
	assert_int_equal(word_of("op=modtrail-probe v=1 run=" ID " n=1 pid=2 "
				 "cell=exec.rmmod/root nonce=ab"), WORD_PROBE);
	assert_int_equal(word_of("op=modtrail-claim v=1 run=" ID " cell=exec.rmmod/root "
				 "expect=silent claimed=yes"), WORD_CLAIM);
	assert_int_equal(word_of("op=modtrail-begin v=1 run=" ID " lost=0 enabled=1 daemon=5 "
				 "probes=1"), WORD_BEGIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begin_comes_back),
		cmocka_unit_test(what_is_not_known_stays_unknown),
		cmocka_unit_test(end_comes_back),
		cmocka_unit_test(every_claim_comes_back),
		cmocka_unit_test(probes_of_one_and_of_two_cells_come_back),
		cmocka_unit_test(every_result_comes_back),
		cmocka_unit_test(hostile_texts_come_back_and_forge_nothing),
		cmocka_unit_test(a_claim_that_is_too_long_loses_its_facts_first),
		cmocka_unit_test(what_the_library_adds_behind_is_no_part_of_it),
		cmocka_unit_test(malformed_markers_say_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
