/* claim: what a host's configuration says that it covers, from rule files kept elsewhere. */
#include "cmd/command.h"
#include "rules/promise.h"
#include "verdict/judge.h"

#include <stdio.h>

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

/* What the text claims, whether or not the host would load it: refused lines count, too. */
static size_t find_claims(struct claim claims[CELLS], const struct ruleset *set,
			  const struct host_facts *host)
{
	static const char *const keys[] = { KEY_DEFAULT, NULL };
	const struct claim_source from = { .files = set, .kernel = set, .host = host, .keys = keys };
	size_t count = 0;

	for (size_t i = 0; i < CELLS; i++) {
		const struct cell cell = { (enum mechanism)(i / ACTOR_COUNT),
					   (enum actor)(i % ACTOR_COUNT) };

		if (claim_of_files(&claims[count], cell, &from))
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
	    (rc = host_facts_assume(&host, &paths, o.machine, err)) < 0 ||
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
