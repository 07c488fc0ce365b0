#include "test.h"

#include "verdict/verify.h"


/*
 * Each case is one cell with its claim, up to four acts, what was seen of each,
 * and what is known of losses, and the verdict that must come of it.
 */
#define ACTS 4

/* An act: D direct (a nonce probe, which fails), T by a tool; what the log has of it. */
enum trace {
	NO_ACT,
	SEEN,		/* under the wanted key */
	OTHER,		/* under another key */
	KEYLESS,
	UNSEEN,
	SKIPPED,
	PENDING,	/* announced, and no more */
	FORGED_PID, FORGED_EARLY, FORGED_LATE, FORGED_ACTOR, FORGED_ABI, FORGED_CALL, FORGED_NONCE,
};

struct act_case {
	enum trace trace;
	bool direct;
	int64_t result;
};
#define DIRECT(trace) { trace, true, 2 }
#define TOOL(trace) { trace, false, 0 }
#define TOOL_FAILED(trace) { trace, false, 17 }

struct verdict_case {
	const char *name;
	bool has_claim, claimed;
	enum expect expect;
	enum reason expected;
	enum claim_scope scope;
	enum asks asks;
	bool by_program;
	const char *field;
	struct act_case acts[ACTS];
	bool lost, no_markers, pipe_known, changed;
	enum reason delivery;
	/* what must come of it */
	enum verdict verdict;
	enum reason reason;
};
#define CLAIMED .has_claim = true, .claimed = true
#define UNCLAIMED .has_claim = true, .claimed = false
static const struct verdict_case cases[] = {
	{ "proven", CLAIMED, .expect = EXPECT_RECORDED, .acts = { DIRECT(SEEN), TOOL(SEEN) },
	  .verdict = VERDICT_PROVEN },
	{ "proven though predicted silent", CLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_WATCH_ON_SYMLINK, .acts = { DIRECT(SEEN) }, .verdict = VERDICT_PROVEN },
	{ "proven though something was lost elsewhere", CLAIMED, .acts = { DIRECT(SEEN) }, .lost = true,
	  .verdict = VERDICT_PROVEN },
	{ "proven though the markers are missing", CLAIMED, .acts = { DIRECT(SEEN) }, .no_markers = true,
	  .verdict = VERDICT_PROVEN },
	{ "seen without any claim", .acts = { DIRECT(SEEN) }, .verdict = VERDICT_PROVEN },
	{ "miskeyed", CLAIMED, .expect = EXPECT_SILENT, .expected = REASON_OTHER_KEY,
	  .acts = { DIRECT(OTHER) }, .verdict = VERDICT_MISKEYED, .reason = REASON_OTHER_KEY },
	{ "under no key", CLAIMED, .acts = { DIRECT(KEYLESS) },
	  .verdict = VERDICT_MISKEYED, .reason = REASON_OTHER_KEY },
	{ "one of two under another key", CLAIMED, .acts = { DIRECT(SEEN), TOOL(OTHER) },
	  .verdict = VERDICT_MISKEYED, .reason = REASON_OTHER_KEY },
	{ "silent, not loaded", CLAIMED, .expect = EXPECT_SILENT, .expected = REASON_NOT_LOADED,
	  .acts = { DIRECT(UNSEEN) }, .verdict = VERDICT_SILENT, .reason = REASON_NOT_LOADED },
	{ "silent, watch on a link", CLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_WATCH_ON_SYMLINK, .acts = { TOOL(UNSEEN) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_WATCH_ON_SYMLINK },
	{ "silent for kmod only, shadowed by exe", CLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_SHADOWED, .acts = { DIRECT(SEEN), TOOL(UNSEEN) },
	  .verdict = VERDICT_SILENT, .reason = REASON_SHADOWED },
	{ "silent for direct calls, by exe", CLAIMED, .expect = EXPECT_RECORDED, .by_program = true,
	  .acts = { DIRECT(UNSEEN), TOOL(SEEN) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_FILTERED },
	{ "silent though predicted recorded", CLAIMED, .expect = EXPECT_RECORDED,
	  .acts = { DIRECT(UNSEEN), TOOL(UNSEEN) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_UNEXPLAINED },
	{ "silent, nothing predicted", CLAIMED, .expect = EXPECT_UNKNOWN, .acts = { DIRECT(UNSEEN) },
	  .verdict = VERDICT_SILENT, .reason = REASON_UNEXPLAINED },
	{ "a reason that does not agree explains nothing", CLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_SHADOWED, .acts = { DIRECT(UNSEEN), TOOL(SEEN) },
	  .verdict = VERDICT_SILENT, .reason = REASON_UNEXPLAINED },
	{ "silent for direct calls only, shadowed", CLAIMED, .expect = EXPECT_SILENT,
	  .scope = SCOPE_OTHERS, .expected = REASON_SHADOWED, .acts = { DIRECT(UNSEEN), TOOL(SEEN) },
	  .verdict = VERDICT_SILENT, .reason = REASON_SHADOWED },
	{ "a reason for others does not explain kmod", CLAIMED, .expect = EXPECT_SILENT,
	  .scope = SCOPE_OTHERS, .expected = REASON_SHADOWED, .acts = { DIRECT(SEEN), TOOL(UNSEEN) },
	  .verdict = VERDICT_SILENT, .reason = REASON_UNEXPLAINED },
	{ "a rule for the self-test's program proves nothing", CLAIMED, .expect = EXPECT_SILENT,
	  .scope = SCOPE_NOT_OURS, .expected = REASON_FILTERED, .acts = { DIRECT(SEEN) },
	  .verdict = VERDICT_UNTESTED, .reason = REASON_FILTERED },
	{ "and with what kmod does it proves no more", CLAIMED, .expect = EXPECT_SILENT,
	  .scope = SCOPE_NOT_OURS, .expected = REASON_FILTERED, .acts = { DIRECT(SEEN), TOOL(SEEN) },
	  .verdict = VERDICT_UNTESTED, .reason = REASON_FILTERED },
	{ "while what kmod does unseen is silent", CLAIMED, .expect = EXPECT_SILENT,
	  .scope = SCOPE_NOT_OURS, .expected = REASON_FILTERED, .acts = { DIRECT(SEEN), TOOL(UNSEEN) },
	  .verdict = VERDICT_SILENT, .reason = REASON_FILTERED },
	{ "uncovered, the call is not listed", UNCLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_SYSCALL_NOT_LISTED, .acts = { DIRECT(UNSEEN) },
	  .verdict = VERDICT_UNCOVERED, .reason = REASON_SYSCALL_NOT_LISTED },
	{ "uncovered, the entry is not listed", UNCLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_ABI_NOT_LISTED, .acts = { DIRECT(UNSEEN) },
	  .verdict = VERDICT_UNCOVERED, .reason = REASON_ABI_NOT_LISTED },
	{ "uncovered, filtered", UNCLAIMED, .expect = EXPECT_SILENT, .expected = REASON_FILTERED,
	  .field = "auid", .acts = { DIRECT(UNSEEN), TOOL(UNSEEN) }, .verdict = VERDICT_UNCOVERED,
	  .reason = REASON_FILTERED },
	{ "uncovered, no claims at all", .acts = { DIRECT(UNSEEN) }, .verdict = VERDICT_UNCOVERED,
	  .reason = REASON_UNEXPLAINED },
	{ "untested", CLAIMED, .expect = EXPECT_RECORDED, .verdict = VERDICT_UNTESTED },
	{ "untested, as it was skipped", CLAIMED, .acts = { TOOL(SKIPPED) },
	  .verdict = VERDICT_UNTESTED },
	{ "untested, as nobody says that it was done", CLAIMED, .acts = { DIRECT(PENDING) },
	  .verdict = VERDICT_UNTESTED },
	{ "nothing to say", .verdict = VERDICT_UNTESTED },
	{ "blind by loss", CLAIMED, .expect = EXPECT_RECORDED, .acts = { DIRECT(UNSEEN) }, .lost = true,
	  .verdict = VERDICT_BLIND, .reason = REASON_LOST },
	{ "blind, as the word that it was done was lost", CLAIMED, .acts = { DIRECT(PENDING) },
	  .lost = true, .verdict = VERDICT_BLIND, .reason = REASON_LOST },
	{ "untested, as rules were changed meanwhile", CLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_SHADOWED, .acts = { DIRECT(UNSEEN) }, .changed = true,
	  .verdict = VERDICT_UNTESTED },
	{ "proven though rules were changed meanwhile", CLAIMED, .acts = { DIRECT(SEEN) },
	  .changed = true, .verdict = VERDICT_PROVEN },
	{ "blind by missing markers", CLAIMED, .acts = { DIRECT(UNSEEN) }, .no_markers = true,
	  .verdict = VERDICT_BLIND, .reason = REASON_UNEXPLAINED },
	{ "blind, and the host knows why", CLAIMED, .acts = { DIRECT(UNSEEN) }, .no_markers = true,
	  .pipe_known = true, .delivery = REASON_AUDIT_OFF, .verdict = VERDICT_BLIND,
	  .reason = REASON_AUDIT_OFF },
	{ "blind before the first act", CLAIMED, .no_markers = true, .pipe_known = true,
	  .delivery = REASON_NOT_LOGGED, .verdict = VERDICT_BLIND, .reason = REASON_NOT_LOGGED },
	{ "inapplicable", UNCLAIMED, .expect = EXPECT_INAPPLICABLE, .verdict = VERDICT_INAPPLICABLE },
	{ "thought inapplicable, but seen", UNCLAIMED, .expect = EXPECT_INAPPLICABLE,
	  .acts = { DIRECT(SEEN) }, .verdict = VERDICT_PROVEN },
	{ "failed acts do not count for success=1", CLAIMED, .expect = EXPECT_RECORDED,
	  .asks = ASKS_SUCCESS, .acts = { DIRECT(UNSEEN), TOOL(SEEN) }, .verdict = VERDICT_PROVEN },
	{ "successful acts do", CLAIMED, .expect = EXPECT_RECORDED, .asks = ASKS_SUCCESS,
	  .acts = { DIRECT(UNSEEN), TOOL(UNSEEN) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_UNEXPLAINED },
	{ "with failed acts only success=1 is untested", CLAIMED, .asks = ASKS_SUCCESS,
	  .acts = { DIRECT(UNSEEN), TOOL_FAILED(UNSEEN) }, .verdict = VERDICT_UNTESTED,
	  .reason = REASON_FILTERED },
	{ "success, said by the reason", CLAIMED, .expect = EXPECT_SILENT, .expected = REASON_FILTERED,
	  .asks = ASKS_FAILURE, .field = "success", .acts = { DIRECT(UNSEEN), TOOL(SEEN) }, .verdict = VERDICT_PROVEN },
	{ "failed acts prove nothing for success=0", CLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_FILTERED, .asks = ASKS_FAILURE, .field = "success", .acts = { DIRECT(SEEN) },
	  .verdict = VERDICT_UNTESTED, .reason = REASON_FILTERED },
	{ "nor for an exit that only they have", CLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_FILTERED, .asks = ASKS_FAILURE, .field = "exit", .acts = { DIRECT(SEEN), TOOL_FAILED(SEEN) },
	  .verdict = VERDICT_UNTESTED, .reason = REASON_FILTERED },
	{ "nor where only the rule says so", CLAIMED, .asks = ASKS_FAILURE,
	  .acts = { DIRECT(SEEN) }, .verdict = VERDICT_UNTESTED, .reason = REASON_FILTERED },
	{ "while successful ones are missed", CLAIMED, .expect = EXPECT_SILENT,
	  .expected = REASON_FILTERED, .asks = ASKS_FAILURE, .field = "success", .acts = { DIRECT(SEEN), TOOL(UNSEEN) },
	  .verdict = VERDICT_SILENT, .reason = REASON_FILTERED },
	{ "without success=1 failed acts count", CLAIMED, .acts = { TOOL_FAILED(UNSEEN), TOOL(SEEN) },
	  .verdict = VERDICT_SILENT, .reason = REASON_UNEXPLAINED },
	{ "of another process", CLAIMED, .acts = { DIRECT(FORGED_PID) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_UNEXPLAINED },
	{ "before the act", CLAIMED, .acts = { DIRECT(FORGED_EARLY) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_UNEXPLAINED },
	{ "after the act", CLAIMED, .acts = { DIRECT(FORGED_LATE) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_UNEXPLAINED },
	{ "by another actor", CLAIMED, .acts = { DIRECT(FORGED_ACTOR) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_UNEXPLAINED },
	{ "through the other entry", CLAIMED, .acts = { DIRECT(FORGED_ABI) },
	  .verdict = VERDICT_SILENT, .reason = REASON_UNEXPLAINED },
	{ "another call", CLAIMED, .acts = { DIRECT(FORGED_CALL) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_UNEXPLAINED },
	{ "with another nonce", CLAIMED, .acts = { DIRECT(FORGED_NONCE) }, .verdict = VERDICT_SILENT,
	  .reason = REASON_UNEXPLAINED },
};

#define HERE MECHANISM_DELETE_B64
static const struct cell here = { HERE, ACTOR_ROOT };

struct scene {
	struct claim claim;
	struct probe probe[ACTS];
	struct sighting sighting[ACTS];
	struct evidence evidence;
};

static void add_sighting(struct scene *s, const struct act_case *act, const struct probe *p)
{
	struct sighting *seen = &s->sighting[s->evidence.sighting_count++];

	*seen = (struct sighting){ .time_ms = p->begun_ms + 1, .event_id = 100 + p->number,
				   .pid = p->pid, .auid = 0, .call = CALL_DELETE, .abi = ABI_B64,
				   .module = BYTES("modtrail_00c0ffee"), .keys = BYTES("x\1modules") };
	if (act->trace == OTHER)
		seen->keys = BYTES("modules2\1other");
	else if (act->trace == KEYLESS)
		seen->keys = (struct bytes){ NULL, 0 };
	else if (act->trace == FORGED_PID)
		seen->pid++;
	else if (act->trace == FORGED_EARLY)
		seen->time_ms = p->begun_ms - 1;
	else if (act->trace == FORGED_LATE)
		seen->time_ms = p->ended_ms + 1;
	else if (act->trace == FORGED_ACTOR)
		seen->auid = 1000;
	else if (act->trace == FORGED_ABI)
		seen->abi = ABI_B32;
	else if (act->trace == FORGED_CALL)
		seen->call = CALL_FINIT;
	else if (act->trace == FORGED_NONCE)
		seen->module = BYTES("modtrail_deadbeef");
}

static void add_act(struct scene *s, const struct act_case *act)
{
	struct probe *p = &s->probe[s->evidence.probe_count++];

	*p = (struct probe){ .number = (int64_t)s->evidence.probe_count, .cells = 1, .cell = { here },
			     .pid = 500 + (int64_t)s->evidence.probe_count,
			     .begun_ms = 1000 * (int64_t)s->evidence.probe_count, .result = act->result };
	strcpy(p->nonce, act->direct ? "00c0ffee" : "");
	if (act->trace == SKIPPED)
		p->result = PROBE_SKIPPED;
	p->ended_ms = p->begun_ms + 10;
	if (act->trace == PENDING) {
		p->result = PROBE_PENDING;
		p->ended_ms = 0;
	}
	if (act->trace != UNSEEN && act->trace != SKIPPED && act->trace != PENDING)
		add_sighting(s, act, p);
}

static void set_scene(struct scene *s, const struct verdict_case *c)
{
	static const char *const keys[] = { "wanted", "modules", NULL };

	memset(s, 0, sizeof(*s));
	s->claim = (struct claim){ .cell = here, .claimed = c->claimed, .expect = c->expect,
				   .reason = c->expected, .scope = c->scope };
	s->claim.asks = c->asks;
	s->claim.by_program = c->by_program;
	strcpy(s->claim.facts.field, c->field ? c->field : "");
	s->evidence = (struct evidence){
		.markers = !c->no_markers, .claims = &s->claim, .claim_count = c->has_claim,
		.probes = s->probe, .sightings = s->sighting, .keys = keys,
		.loss = { c->lost, { .fault = FAULT_LOST_COUNTER } }, .changed = c->changed,
		.delivery = { .known = c->pipe_known, .reason = c->delivery,
			  .facts = { .fault = FAULT_NO_DAEMON } },
	};
	for (size_t i = 0; i < ACTS && c->acts[i].trace != NO_ACT; i++)
		add_act(s, &c->acts[i]);
}

static const struct judged *cell_of(const struct judged out[CELLS], struct cell c)
{
	return &out[c.mechanism * ACTOR_COUNT + c.actor];
}

static void every_situation_has_its_verdict(void **state)
{
	struct judged out[CELLS];
	struct scene s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct judged *j;

		set_scene(&s, &cases[i]);
		verify(&s.evidence, out);
		j = cell_of(out, here);
		if (j->verdict != cases[i].verdict || j->reason != cases[i].reason)
			fail_msg("%s: expected %s (%s), found %s (%s)", cases[i].name,
				 verdict_names[cases[i].verdict], reason_names[cases[i].reason],
				 verdict_names[j->verdict], reason_names[j->reason]);
		assert_int_equal(j->stage, stage_of_reason(j->reason));
		assert_int_equal(j->claimed, cases[i].claimed);
		assert_ptr_equal(j->claim, cases[i].has_claim ? &s.claim : NULL);
	}
}

static void every_cell_is_judged_by_its_own_acts(void **state)
{
	const struct verdict_case c = { "", CLAIMED, .acts = { DIRECT(SEEN) } };
	struct judged out[CELLS];
	struct scene s;

	(void)state;
	set_scene(&s, &c);
	verify(&s.evidence, out);
	for (unsigned i = 0; i < CELLS; i++) {
		bool is_here = i == here.mechanism * ACTOR_COUNT + here.actor;

		assert_int_equal(out[i].cell.mechanism, i / ACTOR_COUNT);
		assert_int_equal(out[i].cell.actor, i % ACTOR_COUNT);
		assert_int_equal(out[i].exercised, is_here);
		assert_int_equal(out[i].verdict, is_here ? VERDICT_PROVEN : VERDICT_UNTESTED);
	}
}

static void a_run_of_kmod_counts_for_both_its_cells(void **state)
{
	static const char *const keys[] = { "modules", NULL };
	const struct probe probe = {
		.number = 1, .pid = 7, .begun_ms = 10, .ended_ms = 20, .cells = 2,
		.cell = { { MECHANISM_MODPROBE, ACTOR_LOGIN }, { MECHANISM_FINIT_B64, ACTOR_LOGIN } },
	};
	const struct sighting sightings[] = {
		{ .time_ms = 10, .event_id = 5, .pid = 7, .auid = 1000, .tool = BYTES("modprobe"),
		  .keys = BYTES("modules") },
		{ .time_ms = 20, .event_id = 6, .pid = 7, .auid = 1000, .call = CALL_FINIT,
		  .abi = ABI_B64, .module = BYTES("dummy"), .keys = BYTES("modules"), .success = true },
	};
	const struct evidence e = { .markers = true, .probes = &probe, .probe_count = 1, .keys = keys,
				    .sightings = sightings, .sighting_count = 2 };
	struct judged out[CELLS];

	(void)state;
	verify(&e, out);
	assert_int_equal(cell_of(out, probe.cell[0])->verdict, VERDICT_PROVEN);
	assert_int_equal(cell_of(out, probe.cell[0])->event_id, 5);
	assert_int_equal(cell_of(out, probe.cell[1])->verdict, VERDICT_PROVEN);
	assert_int_equal(cell_of(out, probe.cell[1])->event_id, 6);
	assert_int_equal(cell_of(out, (struct cell){ MECHANISM_INSMOD, ACTOR_LOGIN })->exercised, 0);
}

/* Which call it is depends on kmod, on the file and on the kernel: who planned for one sees the other. */
static void a_load_by_the_other_call_is_no_silence(void **state)
{
	static const char *const keys[] = { "modules", NULL };
	const struct claim claims[] = {
		{ .cell = { MECHANISM_FINIT_B64, ACTOR_ROOT }, .claimed = true },
		{ .cell = { MECHANISM_DELETE_B64, ACTOR_ROOT }, .claimed = true },
	};
	struct probe probes[] = {
		{ .number = 1, .pid = 7, .begun_ms = 10, .ended_ms = 20, .cells = 1,
		  .cell = { { MECHANISM_FINIT_B64, ACTOR_ROOT } } },
		{ .number = 2, .pid = 8, .begun_ms = 30, .ended_ms = 40, .cells = 1,
		  .cell = { { MECHANISM_DELETE_B64, ACTOR_ROOT } } },
	};
	const struct sighting sightings[] = {
		{ .time_ms = 15, .event_id = 5, .pid = 7, .auid = 0, .call = CALL_INIT,
		  .abi = ABI_B64, .keys = BYTES("modules"), .success = true },
		{ .time_ms = 35, .event_id = 6, .pid = 8, .auid = 0, .call = CALL_INIT,
		  .abi = ABI_B64, .keys = BYTES("modules"), .success = true },
	};
	const struct evidence e = { .markers = true, .claims = claims, .claim_count = 2,
				    .probes = probes, .probe_count = 2, .keys = keys,
				    .sightings = sightings, .sighting_count = 2 };
	struct judged out[CELLS];

	(void)state;
	verify(&e, out);
	assert_int_equal(cell_of(out, claims[0].cell)->verdict, VERDICT_UNTESTED);
	assert_int_equal(cell_of(out, claims[1].cell)->verdict, VERDICT_SILENT);
	/* A program that makes the call itself makes the one that it was told to. */
	strcpy(probes[0].nonce, "00c0ffee");
	verify(&e, out);
	assert_int_equal(cell_of(out, claims[0].cell)->verdict, VERDICT_SILENT);
}

static void what_was_seen_is_told(void **state)
{
	const struct verdict_case c = { "", CLAIMED, .acts = { DIRECT(OTHER), TOOL(OTHER), TOOL(UNSEEN) } };
	const struct judged *j;
	struct judged out[CELLS];
	struct scene s;

	(void)state;
	set_scene(&s, &c);
	verify(&s.evidence, out);
	j = cell_of(out, here);
	assert_int_equal(j->probes, 3);
	assert_int_equal(j->probes_seen, 2);
	assert_false(j->seen);
	assert_int_equal(j->event_id, 101);
	assert_string_equal(j->seen_keys, "modules2,other");
}

static void the_facts_are_those_of_what_decided(void **state)
{
	struct verdict_case c = { "", CLAIMED, .field = "auid", .acts = { DIRECT(UNSEEN) } };
	struct judged out[CELLS];
	struct scene s;

	(void)state;
	set_scene(&s, &c);
	verify(&s.evidence, out);
	assert_string_equal(cell_of(out, here)->facts.field, "auid");
	c.lost = true;
	set_scene(&s, &c);
	verify(&s.evidence, out);
	assert_int_equal(cell_of(out, here)->facts.fault, FAULT_LOST_COUNTER);
	c.lost = false;
	c.no_markers = true;
	set_scene(&s, &c);
	verify(&s.evidence, out);
	assert_int_equal(cell_of(out, here)->facts.fault, FAULT_NO_DAEMON);
	c.changed = true;
	c.no_markers = false;
	set_scene(&s, &c);
	verify(&s.evidence, out);
	assert_int_equal(cell_of(out, here)->facts.fault, FAULT_RULES_CHANGED);
}

/* Failed acts that do not count: what the rule asks for is what there is to say. */
static void acts_that_were_left_out_name_the_field(void **state)
{
	static const struct { enum asks asks; const char *field, *said, *value; } cases_of[] = {
		{ ASKS_SUCCESS, NULL, "success", "=1" }, { ASKS_FAILURE, NULL, "success", "=0" },
		{ ASKS_FAILURE, "auid", "success", "=0" }, { ASKS_FAILURE, "exit", "exit", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases_of); i++) {
		struct verdict_case c = { "", CLAIMED, .asks = cases_of[i].asks,
					  .field = cases_of[i].field, .acts = { DIRECT(UNSEEN) } };
		struct judged out[CELLS];
		struct scene s;

		set_scene(&s, &c);
		verify(&s.evidence, out);
		assert_int_equal(cell_of(out, here)->verdict, VERDICT_UNTESTED);
		assert_string_equal(cell_of(out, here)->facts.field, cases_of[i].said);
		assert_string_equal(cell_of(out, here)->facts.value, cases_of[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_situation_has_its_verdict),
		cmocka_unit_test(every_cell_is_judged_by_its_own_acts),
		cmocka_unit_test(a_run_of_kmod_counts_for_both_its_cells),
		cmocka_unit_test(a_load_by_the_other_call_is_no_silence),
		cmocka_unit_test(what_was_seen_is_told),
		cmocka_unit_test(the_facts_are_those_of_what_decided),
		cmocka_unit_test(acts_that_were_left_out_name_the_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
