/* The run itself; what is planned is in selftest/plan.c. */
#include "selftest/selftest.h"

#include "base/clock.h"
#include "selftest/lockfile.h"
#include "selftest/marker_send.h"
#include "selftest/private.h"
#include "selftest/probe.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static bool stopped(const struct selftest *t)
{
	return t->options.stop != NULL && *t->options.stop != 0;
}

static int tell(struct selftest *t, struct marker_text *m, struct error *err)
{
	marker_sign(m, t->options.key, getpid(), clock_ms(CLOCK_REALTIME));
	return marker_send(t->audit, m, err);
}

/* From the time that the stream is open, caveats go into it at once. */
int selftest_caveat(struct selftest *t, struct error *err, const char *format, ...)
{
	struct marker_text m;
	va_list arguments;
	char *text;

	if (t->caveat_count == SELFTEST_CAVEATS)
		return 0;
	text = t->caveats[t->caveat_count++];
	va_start(arguments, format);
	vsnprintf(text, RUN_RULE, format, arguments);
	va_end(arguments);
	if (t->audit < 0)
		return 0;
	run_mark_caveat(&m, t->run.id, text);
	return tell(t, &m, err);
}

static uint64_t random_number(void)
{
	uint64_t number = 0;

	while (getrandom(&number, sizeof(number), 0) != sizeof(number))
		;
	return number;
}

static struct run_state state_of(const struct kernel_status *s)
{
	return (struct run_state){ .lost = s->lost, .enabled = s->enabled,
				   .daemon_pid = s->daemon_pid };
}

static bool is_real(const struct probe_spec *spec)
{
	return spec->kind <= PROBE_UNLOAD;
}

bool selftest_is_refused(struct selftest *t, const struct probe_spec *spec, int result)
{
	struct error ignored;

	if (spec->kind != PROBE_CALL || !t->preflight.here.filtered || stopped(t))
		return false;
	if (selftest_is_foreseen(spec, result) || (result > 0 && t->preflight.here.modules_disabled))
		return false;
	if (!t->refused)
		(void)selftest_caveat(t, &ignored, "a seccomp filter keeps this process from making "
				      "calls: those are not tested (run it without such a filter)");
	t->refused = true;
	return true;
}

/*
 * That a tool finds nothing is as meant: it ran. One that was to do something
 * real and failed proves nothing about the call that it was to make.
 */
static int judge_result(struct selftest *t, const struct probe_spec *spec, int result,
			const char *complaint, struct error *err)
{
	if (selftest_is_refused(t, spec, result))
		return PROBE_SKIPPED;
	if (result == PROBE_DONE || spec->kind == PROBE_CALL)
		return result;
	if (!is_real(spec))
		return MIN(result, PROBE_DONE);
	if (!stopped(t)) {
		t->load = false;
		(void)selftest_caveat(t, err, "module %s cannot be loaded and unloaded for real: %s",
				      t->module.name, complaint);
	}
	return PROBE_SKIPPED;
}

static int act(struct selftest *t, const struct probe_spec *spec, struct probe *p,
	       struct probe_child *child, struct error *err)
{
	struct error why = { "" };
	struct marker_text m;
	int rc, result;

	p->pid = child->pid;
	p->begun_ms = clock_ms(CLOCK_REALTIME);
	run_mark_probe(&m, t->run.id, p);
	if ((rc = tell(t, &m, err)) < 0) {
		probe_abandon(child);
		return rc;
	}
	result = probe_act(child, t->options.stop, &why);
	p->result = judge_result(t, spec, result, child->said[0] ? child->said : why.text, err);
	p->ended_ms = clock_ms(CLOCK_REALTIME);
	run_mark_acted(&m, t->run.id, p);
	return tell(t, &m, err);
}

static int do_probe(struct selftest *t, const struct probe_spec *spec, struct error *err)
{
	struct probe *p = &t->probes[t->probe_count];
	struct probe_child child;
	char nonce[RUN_ID];
	struct probe_action action;
	int rc;

	if (stopped(t))
		return error_set(err, ERR_INTERRUPTED, "interrupted: nothing is left loaded");
	assert(t->probe_count < SELFTEST_PROBES);
	snprintf(nonce, sizeof(nonce), "%016" PRIx64, random_number());
	*p = (struct probe){ .number = (int64_t)t->probe_count + 1, .cells = spec->cells,
			     .cell = { spec->cell[0], spec->cell[1] }, .result = PROBE_PENDING };
	if (spec->kind == PROBE_CALL)
		strcpy(p->nonce, nonce);
	probe_spec_text(t, spec, nonce, p->act, sizeof(p->act));
	selftest_fill(t, spec, nonce, &action);
	rc = probe_start(&child, &action, actor_login(spec->cell[0].actor, &t->preflight.host), err);
	if (rc < 0)
		return rc;
	t->probe_count++;
	return act(t, spec, p, &child, err);
}

/* Plans anew, without loads, and goes to the first spec of actor. */
static void skip_to(struct selftest *t, enum actor actor, size_t *at)
{
	selftest_plan_probes(t);
	for (*at = 0; *at < t->spec_count && t->specs[*at].cell[0].actor != actor; (*at)++)
		;
}

/* The specs of one actor, from *at on. Returns 1 if loading for real failed on the way. */
static int do_actor(struct selftest *t, size_t *at, struct error *err)
{
	enum actor actor = t->specs[*at].cell[0].actor;
	bool load = t->load;
	int rc;

	for (; *at < t->spec_count && t->specs[*at].cell[0].actor == actor; (*at)++) {
		if ((rc = do_probe(t, &t->specs[*at], err)) < 0)
			return rc;
		if (t->load != load)
			return 1;
	}
	return 0;
}

/* Where loads fail others take their place: for this actor, who begins again, and the rest. */
static int do_probes(struct selftest *t, struct error *err)
{
	size_t at = 0, actor;
	int rc;

	for (actor = 0; at < t->spec_count; actor = at) {
		if ((rc = do_actor(t, &at, err)) < 0)
			return rc;
		if (rc == 0)
			continue;
		if ((rc = module_unload(t->module.name, err)) < 0)
			return rc;
		skip_to(t, t->specs[actor].cell[0].actor, &at);
	}
	return 0;
}

/* Actors that this process cannot become are left out, and that is told. */
static int try_actors(struct selftest *t, struct error *err)
{
	static const struct probe_action nothing = { .number = -1 };

	for (int a = 0; a < ACTOR_COUNT; a++) {
		struct probe_child child;
		struct error why;

		if (!t->options.actor[a])
			continue;
		if (probe_start(&child, &nothing, actor_login((enum actor)a, &t->preflight.host),
				&why) == 0) {
			probe_abandon(&child);
			continue;
		}
		t->options.actor[a] = false;
		(void)selftest_caveat(t, err, "actor %s is not tested: %s", actor_names[a],
				      why.text);
	}
	selftest_plan_probes(t);
	return 0;
}

static int begin(struct selftest *t, struct error *err)
{
	struct marker_text m;
	int rc;

	t->run.begun_ms = clock_ms(CLOCK_REALTIME);
	t->run.before = state_of(&t->preflight.status);
	run_mark_begin(&m, &t->run);
	if ((rc = tell(t, &m, err)) < 0)
		return rc;
	for (size_t c = 0; c < CELLS; c++) {
		run_mark_claim(&m, t->run.id, &t->claims[c]);
		if ((rc = tell(t, &m, err)) < 0)
			return rc;
	}
	for (size_t c = 0; c < t->caveat_count; c++) {
		run_mark_caveat(&m, t->run.id, t->caveats[c]);
		if ((rc = tell(t, &m, err)) < 0)
			return rc;
	}
	return 0;
}

static int end(struct selftest *t, struct error *err)
{
	struct marker_text m;
	int rc;

	if ((rc = kernel_status_read(&t->after, err)) < 0)
		return rc;
	t->run.after = state_of(&t->after);
	run_mark_end(&m, &t->run, (int64_t)t->probe_count);
	if ((rc = tell(t, &m, err)) < 0)
		return rc;
	t->run.ended_ms = clock_ms(CLOCK_REALTIME);
	t->ended = true;
	return 0;
}

int selftest_clean_up(struct selftest *t, struct error *err)
{
	struct lockfile left;
	struct error why;
	int rc;

	if ((t->undo = lockfile_open(t->options.folder, LOCKFILE_WAIT_MS, &left, err)) < 0)
		return t->undo;
	if (left.run[0] == '\0')
		return 0;
	if (!module_is_loaded(left.module))
		return lockfile_clear(t->undo, err);
	if (module_unload(left.module, &why) < 0)
		rc = selftest_caveat(t, err, "left by a run that was killed: %s", why.text);
	else
		rc = selftest_caveat(t, err, "module %s, left by a run that was killed, was "
				     "unloaded", left.module);
	return rc < 0 ? rc : lockfile_clear(t->undo, err);
}

/* Whoever loads the module between here and our own load shares it with us: that cannot be told. */
static int note_module(struct selftest *t, struct error *err)
{
	struct lockfile left = { .pid = getpid() };
	int rc;

	if (!t->load)
		return 0;
	strcpy(left.run, t->run.id);
	strcpy(left.module, t->module.name);
	if ((rc = lockfile_note(t->undo, &left, err)) < 0)
		return rc;
	strcpy(t->run.module, t->module.name);
	return 0;
}

static int undo(struct selftest *t, struct error *err)
{
	int rc;

	if (t->run.module[0] == '\0')
		return 0;
	if ((rc = module_unload(t->run.module, err)) < 0)
		return rc;
	return lockfile_clear(t->undo, err);
}

static int run(struct selftest *t, struct error *err)
{
	int rc;

	if ((rc = try_actors(t, err)) < 0 || (rc = note_module(t, err)) < 0 ||
	    (t->audit = rc = marker_socket_open(err)) < 0 || (rc = begin(t, err)) < 0)
		return rc;
	if ((rc = do_probes(t, err)) < 0 || t->options.acted == NULL)
		return rc;
	return t->options.acted(t, t->options.arg, err);
}

/* Where there is no audit there is nothing to try. That is known without it. */
static int run_nothing(struct selftest *t)
{
	t->after = t->preflight.status;
	t->run.before = t->run.after = state_of(&t->after);
	t->run.begun_ms = t->run.ended_ms = clock_ms(CLOCK_REALTIME);
	return 0;
}

int selftest_run(struct selftest *t, struct error *err)
{
	struct error worse, ignored;
	int rc, undone;

	assert(t->undo >= 0);	/* it was planned, and not as a dry run */
	snprintf(t->run.id, sizeof(t->run.id), "%016" PRIx64, random_number());
	if (t->preflight.status.absent)
		return run_nothing(t);
	rc = run(t, err);
	undone = undo(t, &worse);
	/* Else the log would look as if the rest had been lost on its way. */
	if (rc == ERR_INTERRUPTED && t->audit >= 0)
		(void)end(t, &ignored);
	if (undone < 0)
		*err = worse;
	if (rc < 0 || undone < 0)
		return rc < 0 ? rc : undone;
	return end(t, err);
}

void selftest_release(struct selftest *t)
{
	if (t->audit >= 0)
		close(t->audit);
	if (t->undo >= 0)
		close(t->undo);
	t->audit = t->undo = -1;
	preflight_release(&t->preflight);
}
