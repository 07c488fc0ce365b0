/*
 * rules: what audit rules claim per cell, whether they can fire on this host,
 * and what is wrong with them.
 */
#include "cmd/command.h"
#include "report/rules.h"

#include <getopt.h>

static void view_release(struct rules_view *v)
{
	ruleset_release(&v->set);
	paths_release(&v->paths);
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
static int read_files(struct rules_view *v, int count, char **path, struct error *err)
{
	int rc;

	if (count == 0)
		return read_home(v, err);
	for (int i = 0; i < count; i++)
		if ((rc = rules_read(&v->set, path[i], &v->paths, err)) < 0)
			return rc;
	return 0;
}

static int parse(struct rules_view *v, int argc, char **argv, struct error *err)
{
	static const struct option options[] = {
		{ "kernel", no_argument,       NULL, 'K' },
		{ "json",   no_argument,       NULL, 'j' },
		{ "key",    required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 },
	};
	int option, rc;

	while ((option = getopt_long(argc, argv, "k:", options, NULL)) != -1) {
		switch (option) {
		case 'K':
			v->kernel = true;
			break;
		case 'j':
			v->json = true;
			break;
		case 'k':
			if ((rc = keys_add(&v->keys, optarg, err)) < 0)
				return rc;
			break;
		default:
			return command_bad_option(argv, err);
		}
	}
	if (v->kernel && optind < argc)
		return error_set(err, ERR_USAGE, "--kernel and '%s' exclude each other",
				 argv[optind]);
	keys_default(&v->keys);
	return 0;
}

static int run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(view_release) struct rules_view v = { 0 };
	int rc, first;

	(void)g;
	paths_init(&v.paths, true);
	ruleset_init(&v.set);
	if ((rc = parse(&v, argc, argv, err)) < 0)
		return rc;
	first = optind;		/* reading rules starts getopt anew */
	host_facts_read(&v.host, &v.paths);
	rc = v.kernel ? read_kernel(&v, err) : read_files(&v, argc - first, argv + first, err);
	if (rc < 0)
		return rc;
	if (!v.kernel && v.set.settings.enabled == 0)
		v.host.audit_enabled = 0;
	rules_view_cells(&v);
	if (v.json) {
		rules_show_json(&v);
		return STATUS_DONE;
	}
	rc = rules_show_table(&v, err);
	return rc < 0 ? rc : STATUS_DONE;
}

const struct command command_rules = {
	.name = "rules",
	.synopsis = "[PATH...|--kernel] [--json] [--key KEY]",
	.summary = "what the rules claim per cell, and which of them can fire here",
	.options =
		"  PATH       a rule file, or a folder of them, merged as augenrules does;\n"
		"             default: " RULES_FOLDER ", or " RULES_FILE " if that is not\n"
		"             made of it, or it has no rules\n"
		"  --kernel   what the kernel holds now (needs CAP_AUDIT_CONTROL)\n"
		"  --key KEY  a wanted key; may be repeated; default: modules\n"
		"  --json     one object: the cells and the problems\n",
	.run = run,
	.failed = STATUS_FAILED,
};
