/* claim: what a host's configuration says that it covers, from rule files kept elsewhere. */
#include "cmd/command.h"
#include "report/columns.h"
#include "rules/predict.h"
#include "verdict/judge.h"

#include <stdio.h>
#include <string.h>

#define LOGIN_UID 1000	/* whom the login actor stands for on a host that we cannot ask */

struct options {
	const char *host, *rules, *machine;
};

static const struct command_option options[] = {
	{ "host", 'H', "NAME", "whose rules these are", SETS_TEXT(struct options, host) },
	{ "rules", 0, "PATH", "a rule file, or a folder as augenrules reads it",
		SETS_TEXT(struct options, rules) },
	{ "machine", 0, "NAME", "as 'uname -m' prints it there; default: that of this host",
		SETS_TEXT(struct options, machine) },
};

static int read_options(struct options *o, int argc, char **argv, struct error *err)
{
	int rc;

	if ((rc = command_read(&command_claim, argc, argv, NULL, o, err)) < 0)
		return rc;
	if (o->host == NULL || *o->host == '\0')
		return error_set(err, ERR_USAGE, "no host is named: say whose rules these are with "
				 "'--host'");
	if (o->rules == NULL)
		return error_set(err, ERR_USAGE, "no rules are named: expected '--rules' with a file "
				 "or folder");
	return 0;
}

/* A name that every system with kmod has: what a rule for the tools must mean to be one. */
static bool put_tool(struct paths *paths, const char *path, const char *real, uint64_t inode)
{
	const struct path_fact fact = {
		.path = (char *)path, .place = (char *)path, .real = (char *)real, .folder = true,
		.exists = true, .symlink = strcmp(path, real) != 0,
		.self = { 1, inode }, .file = { 1, 1 }, .file_mode = 0100755,
	};

	return paths_put(paths, &fact);
}

/* What is true of nearly every host: the tools are links to kmod, and both entries exist. */
static int assume_host(struct host_facts *host, struct paths *paths, const char *machine,
		       struct error *err)
{
	static const char *const tools[] = { "insmod", "rmmod", "modprobe", "lsmod", "modinfo" };
	static const char *const folders[] = { "/usr/sbin", "/sbin" };
	uint64_t inode = 2;
	bool ok;

	*host = (struct host_facts){ .audit_enabled = 1, .paths = paths, .login_uid = LOGIN_UID };
	if (!rules_machine(host->abi, machine))
		return error_set(err, ERR_USAGE, "unknown machine '%s': expected one as 'uname -m' "
				 "prints it", machine ? machine : "of this host");
	ok = put_tool(paths, "/usr/bin/kmod", "/usr/bin/kmod", 1) &&
	     put_tool(paths, "/bin/kmod", "/usr/bin/kmod", 1);
	for (size_t f = 0; f < ARRAY_SIZE(folders); f++)
		for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
			char path[64];

			snprintf(path, sizeof(path), "%s/%s", folders[f], tools[i]);
			ok = ok && put_tool(paths, path, "/usr/bin/kmod", inode++);
		}
	return ok ? 0 : error_set(err, ERR_NOMEM, "out of memory");
}

/* What the text claims, whether or not the host would load it: refused lines count, too. */
static size_t find_claims(struct claim claims[CELLS], const struct ruleset *set,
			  const struct host_facts *host)
{
	size_t count = 0;

	for (size_t i = 0; i < CELLS; i++) {
		const struct cell cell = { (enum mechanism)(i / ACTOR_COUNT),
					   (enum actor)(i % ACTOR_COUNT) };
		const struct rule *r = rules_claim(&set->loaded, cell.mechanism, cell.actor, host);

		if (r == NULL)
			r = rules_claim(&set->missing, cell.mechanism, cell.actor, host);
		if (r == NULL)
			continue;
		claims[count] = (struct claim){ .cell = cell, .claimed = true };
		rule_print(r, claims[count].rule, sizeof(claims[count].rule));
		snprintf(claims[count].where, sizeof(claims[count].where), "%s:%u", r->file, r->line);
		count++;
	}
	return count;
}

static int keep_claims(const char *trail, const struct options *o, const struct claim *claims,
		       size_t count, struct error *err)
{
	AUTO(store_closep) struct store *s = NULL;
	int rc;

	if ((rc = store_open(&s, trail, STORE_WRITE, err)) < 0 || (rc = store_begin(s, err)) < 0)
		return rc;
	if ((rc = judge_claim(s, o->host, claims, count, err)) < 0) {
		store_rollback(s);
		return rc;
	}
	return store_commit(s, err);
}

static int claim_run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(paths_release) struct paths paths;
	AUTO(ruleset_release) struct ruleset set;
	struct options o = { NULL, NULL, NULL };
	struct claim claims[CELLS];
	struct host_facts host;
	size_t count;
	int rc;

	paths_init(&paths, false);
	ruleset_init(&set);
	if ((rc = read_options(&o, argc, argv, err)) < 0 ||
	    (rc = assume_host(&host, &paths, o.machine, err)) < 0 ||
	    (rc = rules_read(&set, o.rules, &paths, err)) < 0)
		return rc;
	count = find_claims(claims, &set, &host);
	if ((rc = keep_claims(g->trail, &o, claims, count, err)) < 0)
		return rc;
	printf("%zu of %d cells are claimed\n", count, CELLS);
	if (set.missing.count > 0)
		printf("%zu rule%s would not be loaded: 'modtrail rules' says why\n",
		       set.missing.count, set.missing.count == 1 ? "" : "s");
	return STATUS_DONE;
}

const struct command command_claim = {
	.name = "claim",
	.synopsis = "--host NAME --rules PATH [--machine NAME]",
	.summary = "keep in mind what a host's rule files say that it covers",
	COMMAND_OPTIONS(options),
	.no_operands = "rules are named with '--rules'",
	.run = claim_run,
	.failed = STATUS_FAILED,
};
