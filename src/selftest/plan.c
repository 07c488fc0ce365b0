/*
 * What a self-test will do, as far as this host allows it.
 */
#include "selftest/private.h"

#include "rules/promise.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const enum mechanism calls[] = {
	MECHANISM_FINIT_B64, MECHANISM_INIT_B64, MECHANISM_DELETE_B64,
	MECHANISM_FINIT_B32, MECHANISM_INIT_B32, MECHANISM_DELETE_B32,
};

const char *selftest_tool(const struct selftest *t, struct cell cell)
{
	struct act act;

	if (mechanism_tool(cell.mechanism) == NULL ||
	    !act_of_cell(&act, cell.mechanism, cell.actor, &t->preflight.host))
		return NULL;
	return act.called;
}

static const struct claim *claim_of(const struct selftest *t, struct cell cell)
{
	return &t->claims[cell.mechanism * ACTOR_COUNT + cell.actor];
}

static bool possible(const struct selftest *t, struct cell cell)
{
	return claim_of(t, cell)->expect != EXPECT_INAPPLICABLE;
}

static void add_probe(struct selftest *t, enum probe_kind kind, struct cell first,
		      struct cell second, unsigned cells)
{
	if (!possible(t, first))
		return;
	assert(t->spec_count < SELFTEST_PROBES);
	t->specs[t->spec_count++] = (struct probe_spec){ kind, { first, second }, cells };
}

/* By which call kmod loads the module. */
static enum mechanism load_call(const struct selftest *t)
{
	return module_load_call(t->module.file, t->preflight.kmod, t->preflight.here.decompresses) ==
	       CALL_FINIT ? MECHANISM_FINIT_B64 : MECHANISM_INIT_B64;
}

static void add_real(struct selftest *t, enum actor actor)
{
	struct cell load = { load_call(t), actor };
	struct cell unload = { MECHANISM_DELETE_B64, actor };
	struct cell modprobe = { MECHANISM_MODPROBE, actor };

	add_probe(t, PROBE_LOAD, modprobe, load, 2);
	add_probe(t, PROBE_RMMOD, (struct cell){ MECHANISM_RMMOD, actor }, unload, 2);
	add_probe(t, PROBE_INSMOD, (struct cell){ MECHANISM_INSMOD, actor }, load, 2);
	add_probe(t, PROBE_UNLOAD, modprobe, unload, 2);
}

static void add_nothing(struct selftest *t, enum actor actor)
{
	struct cell none = { MECHANISM_MODPROBE, actor };

	add_probe(t, PROBE_MODPROBE_NOTHING, (struct cell){ MECHANISM_MODPROBE, actor }, none, 1);
	add_probe(t, PROBE_RMMOD_NOTHING, (struct cell){ MECHANISM_RMMOD, actor }, none, 1);
	add_probe(t, PROBE_INSMOD_NOTHING, (struct cell){ MECHANISM_INSMOD, actor }, none, 1);
}

static void add_calls(struct selftest *t, enum actor actor)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct cell cell = { calls[i], actor };

		add_probe(t, PROBE_CALL, cell, cell, 1);
	}
}

void selftest_plan_probes(struct selftest *t)
{
	t->spec_count = 0;
	for (int a = 0; a < ACTOR_COUNT; a++) {
		if (!t->options.actor[a])
			continue;
		if (t->load)
			add_real(t, (enum actor)a);
		else
			add_nothing(t, (enum actor)a);
		add_calls(t, (enum actor)a);
	}
	t->run.probes = (int64_t)t->spec_count;
}

static bool has_tools(const struct selftest *t)
{
	for (int m = MECHANISM_INSMOD; m <= MECHANISM_MODPROBE; m++)
		if (selftest_tool(t, (struct cell){ (enum mechanism)m, ACTOR_DAEMON }) == NULL)
			return false;
	return true;
}

/* Decides whether a module is loaded for real, and which; says why if none is. */
static int plan_load(struct selftest *t, struct error *err)
{
	struct error why;
	int rc;

	t->load = false;
	if (t->options.no_load)
		return selftest_caveat(t, err, "nothing is loaded for real: asked by --no-load");
	if (t->preflight.here.modules_disabled)
		return selftest_caveat(t, err, "nothing can be loaded: kernel.modules_disabled=1");
	if (!has_tools(t))
		return selftest_caveat(t, err, "nothing is loaded for real: insmod, rmmod or "
				       "modprobe is missing");
	rc = test_module_choose(&t->module, t->options.module, NULL, &why);
	if (rc < 0 && t->options.module != NULL)
		return error_set(err, rc, "%s", why.text);
	if (rc < 0)
		return selftest_caveat(t, err, "nothing is loaded for real: %s", why.text);
	t->load = true;
	return 0;
}

static void note_host_env(struct selftest *t)
{
	const struct host_env *here = &t->preflight.here;
	struct error ignored;

	if (t->preflight.problem[0] != '\0')
		(void)selftest_caveat(t, &ignored, "%.400s", t->preflight.problem);
	if (here->older.count > 0)
		(void)selftest_caveat(t, &ignored, "%u processes may be older than auditing, and "
				      "nothing that they do is recorded (boot with audit=1): %s",
				      here->older.count, here->older.names);
	if (t->load && here->lockdown[0] != '\0' && strcmp(here->lockdown, "none") != 0)
		(void)selftest_caveat(t, &ignored, "kernel lockdown (%s) takes signed modules only",
				      here->lockdown);
	else if (t->load && here->signed_only)
		(void)selftest_caveat(t, &ignored, "the kernel takes signed modules only");
}

void selftest_leave_out_actors(struct selftest *t)
{
	int64_t login = t->preflight.here.login;
	char left_out[64] = "";
	struct error ignored;

	if (!t->preflight.status.login_fixed || login == ID_UNSET || login == NUM_NONE)
		return;
	for (int a = 0; a < ACTOR_COUNT; a++) {
		size_t len = strlen(left_out);

		if (!t->options.actor[a] || (enum actor)a == actor_of_auid(login))
			continue;
		t->options.actor[a] = false;
		snprintf(left_out + len, sizeof(left_out) - len, "%s%s", len ? ", " : "",
			 actor_names[a]);
	}
	if (left_out[0] != '\0')
		(void)selftest_caveat(t, &ignored, "not tested as %s: this process has login id %" PRId64
				      ", and login ids are fixed here (auditctl --loginuid-immutable): "
				      "start it where nobody has logged in, by 'systemd-run --pipe "
				      "--wait modtrail selftest'", left_out, login);
}

static struct file_id own_program(void)
{
	struct file_id id = { 0, 0 };
	struct stat st;

	if (stat("/proc/self/exe", &st) == 0)
		id = (struct file_id){ st.st_dev, st.st_ino };
	return id;
}

static void make_claims(struct selftest *t)
{
	bool by_kmod[MECHANISM_COUNT] = { [MECHANISM_DELETE_B64] = t->load };
	struct claim_source from = { &t->preflight.files, &t->preflight.kernel, &t->preflight.host,
				     t->options.keys, by_kmod, own_program() };

	if (t->load)
		by_kmod[load_call(t)] = true;
	for (int m = 0; m < MECHANISM_COUNT; m++)
		for (int a = 0; a < ACTOR_COUNT; a++)
			claim_make(&t->claims[m * ACTOR_COUNT + a],
				   (struct cell){ (enum mechanism)m, (enum actor)a }, &from);
}

static void join_keys(struct selftest *t)
{
	for (const char *const *k = t->options.keys; *k != NULL; k++) {
		size_t len = strlen(t->run.keys);

		if (len + strlen(*k) + 2 <= sizeof(t->run.keys))
			sprintf(t->run.keys + len, "%s%s", len ? "," : "", *k);
	}
}

int selftest_plan(struct selftest *t, const struct selftest_options *options, struct error *err)
{
	int rc;

	memset(t, 0, sizeof(*t));
	t->options = *options;
	t->audit = t->undo = -1;
	if ((rc = preflight_read(&t->preflight, err)) < 0)
		return rc;
	t->run.loader = t->preflight.home.merged ? LOADER_AUGENRULES : LOADER_AUDITCTL;
	/* First, so that a module that was left loaded may be chosen again. */
	if (!options->dry_run && (rc = selftest_clean_up(t, err)) < 0)
		return rc;
	join_keys(t);
	if (!t->preflight.status.absent && (rc = plan_load(t, err)) < 0)
		return rc;
	make_claims(t);
	if (t->preflight.status.absent)
		return selftest_caveat(t, err, "nothing is done: the kernel was booted with audit=0, "
				       "or has no audit");
	note_host_env(t);
	selftest_leave_out_actors(t);
	selftest_plan_probes(t);
	return 0;
}
