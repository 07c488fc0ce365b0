/*
 * rules: what audit rules claim per cell, whether they can fire on this host,
 * and what is wrong with them.
 */
#include "cmd/command.h"
#include "report/rules.h"

struct arguments {
	struct rules_view view;
	const char **path;
	size_t count;
};

static const struct command_option options[] = {
	{ NULL, OPTION_OPERAND, "PATH", "a rule file, or a folder of them, merged as augenrules does;\n"
		"default: " RULES_FOLDER ", or " RULES_FILE " if that is not\n"
		"made of it, or it has no rules", IS_TAKEN },
	{ "kernel", 0, NULL, "what the kernel holds now (needs CAP_AUDIT_CONTROL)",
		SETS_FLAG(struct arguments, view.kernel) },
	{ "key", 'k', "KEY", "a wanted key; may be repeated; default: modules", IS_TAKEN },
	{ "json", 0, NULL, "one object: the cells and the problems",
		SETS_FLAG(struct arguments, view.json) },
};

static void release(struct arguments *a)
{
	ruleset_release(&a->view.set);
	paths_release(&a->view.paths);
	free(a->path);
}

static int read_kernel(struct rules_view *v, struct error *err)
{
	struct kernel_status status;
	int rc;

	if ((rc = kernel_status_read(&status, err)) < 0)
		return rc;
	v->host.audit_enabled = status.enabled;
	return rules_read_kernel(&v->set, &v->paths, err);
}

static int read_home(struct rules_view *v, struct error *err)
{
	struct rules_home home;
	int rc = rules_find_home(&home, RULES_FOLDER, RULES_FILE, &v->paths, err);

	return rc < 0 ? rc : rules_read(&v->set, home.path, &v->paths, err);
}

/* The files in the order given, as if each were loaded after the one before. */
static int read_files(struct arguments *a, struct error *err)
{
	int rc;

	if (a->count == 0)
		return read_home(&a->view, err);
	for (size_t i = 0; i < a->count; i++)
		if ((rc = rules_read(&a->view.set, a->path[i], &a->view.paths, err)) < 0)
			return rc;
	return 0;
}

static int take(void *to, int id, const char *value, struct error *err)
{
	struct arguments *a = to;

	if (id == 'k')
		return keys_add(&a->view.keys, value, err);
	a->path[a->count++] = value;
	return 0;
}

static int parse(struct arguments *a, int argc, char **argv, struct error *err)
{
	int rc;

	if ((a->path = calloc((size_t)argc + 1, sizeof(*a->path))) == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((rc = command_read(&command_rules, argc, argv, take, a, err)) < 0)
		return rc;
	if (a->view.kernel && a->count > 0)
		return error_set(err, ERR_USAGE, "--kernel and '%s' exclude each other", a->path[0]);
	keys_default(&a->view.keys);
	return 0;
}

static int run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(release) struct arguments a = { .count = 0 };
	struct rules_view *v = &a.view;
	int rc;

	(void)g;
	paths_init(&v->paths, true);
	ruleset_init(&v->set);
	if ((rc = parse(&a, argc, argv, err)) < 0)
		return rc;
	host_facts_read(&v->host, &v->paths);
	if ((rc = v->kernel ? read_kernel(v, err) : read_files(&a, err)) < 0)
		return rc;
	if (!v->kernel && v->set.settings.enabled == 0)
		v->host.audit_enabled = 0;
	rules_view_cells(v);
	if (v->json) {
		rules_show_json(v);
		return STATUS_DONE;
	}
	rc = rules_show_table(v, err);
	return rc < 0 ? rc : STATUS_DONE;
}

const struct command command_rules = {
	.name = "rules",
	.synopsis = "[PATH...|--kernel] [--json] [--key KEY]",
	.summary = "what the rules claim per cell, and which of them can fire here",
	COMMAND_OPTIONS(options),
	.run = run,
	.failed = STATUS_FAILED,
};
