/*
 * What a rule means to cover, whether or not it can, and which of the rules
 * that mean an act comes nearest to recording it.
 */
#include "rules/predict_private.h"

#include <string.h>

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Does a rule's file name stand for the tool that was called, or for the program behind it? */
static bool means_program(const char *path, const struct act *act, const struct host_facts *host)
{
	const struct path_fact *fact = paths_find(host->paths, path);
	const struct path_fact *called = act->called ? paths_find(host->paths, act->called) : NULL;

	if (fact != NULL && called != NULL && strcmp(fact->place, called->place) == 0)
		return true;
	if (fact != NULL && fact->exists && !fact->symlink)
		return same_file(fact->self, act->exe_file);
	/* A name that is not there, or a link elsewhere: what it is called says what was meant. */
	if (act->called != NULL && strcmp(last_part(path), last_part(act->called)) == 0)
		return true;
	return act->exe != NULL && strcmp(last_part(path), last_part(act->exe)) == 0;
}

static bool is_within(const char *place, const char *folder)
{
	size_t len = strlen(folder);

	return place != NULL && (len == 1 || (strncmp(place, folder, len) == 0 &&
					      place[len] == '/'));
}

static bool means_folder(const char *dir, const struct act *act, const struct host_facts *host)
{
	const struct path_fact *fact = paths_find(host->paths, dir);
	const struct path_fact *called = act->called ? paths_find(host->paths, act->called) : NULL;
	const char *folder = fact && fact->real ? fact->real : dir;

	return is_within(called ? called->place : act->called, folder) ||
	       is_within(act->exe, folder);
}

/* Who names all calls, and no file, means no program. So is a line read whose calls are unknown. */
static bool means_exec(const struct rule *r, const struct act *act, const struct host_facts *host)
{
	bool anchored = false, held = !rule_has_all_calls(r);

	for (size_t i = 0; i < r->field_count; i++) {
		const struct rule_field *f = &r->fields[i];

		if (f->field == AUDIT_PERM && !(f->value & AUDIT_PERM_EXEC))
			return false;
		held |= f->field == AUDIT_PERM || f->field == AUDIT_WATCH ||
			f->field == AUDIT_DIR || f->field == AUDIT_EXE;
		if (f->op != AUDIT_EQUAL)
			continue;
		if (f->field == AUDIT_DIR && !means_folder(f->text, act, host))
			return false;
		if ((f->field == AUDIT_WATCH || f->field == AUDIT_EXE) &&
		    !means_program(f->text, act, host))
			return false;
		anchored |= f->field == AUDIT_INODE;
	}
	return held && !anchored;	/* who writes an inode number means something else */
}

/* Conditions on files are for calls that look files up, unless the author named the calls. */
static bool means_call(const struct rule *r)
{
	static const uint32_t of_files[] = { AUDIT_WATCH, AUDIT_DIR, AUDIT_INODE, AUDIT_PERM,
					     AUDIT_FILETYPE };

	for (size_t i = 0; i < ARRAY_SIZE(of_files) && rule_has_all_calls(r); i++)
		if (rule_field_of(r, of_files[i]) != NULL)
			return false;
	return true;
}

bool rule_means_act(const struct rule *r, const struct act *act, const struct host_facts *host)
{
	const struct rule_field *arch = rule_field_of(r, AUDIT_ARCH);

	if (r->list != AUDIT_FILTER_EXIT || r->action != AUDIT_ALWAYS ||
	    !rule_has_call(r, act->call))
		return false;
	if (arch != NULL && field_matches(arch, act, NULL, host, false) == FALSE)
		return false;
	return act->exec ? means_exec(r, act, host) : means_call(r);
}

/* How far a rule that means the act is from matching it. */
struct distance {
	unsigned fields;	/* that fail */
	enum reason reason;
	const struct rule_field *field;	/* the first that fails */
};

/* Why a rule that is held to a file is not found by it. */
static enum reason file_reason(const struct rule_field *f, const struct host_facts *host)
{
	const struct path_fact *fact = paths_find(host->paths, f->text);

	if (fact != NULL && !fact->exists)
		return REASON_PATH_MISSING;
	/* Of a folder: the name is within it, and the file behind the name is not. */
	if (f->field == AUDIT_DIR || (fact != NULL && fact->symlink))
		return REASON_WATCH_ON_SYMLINK;
	return REASON_FILTERED;
}

static struct distance distance(const struct rule *r, const struct act *act,
				const struct host_facts *host)
{
	struct distance d = { 0, REASON_NONE, NULL };

	for (size_t i = 0; i < r->field_count; i++) {
		const struct rule_field *f = &r->fields[i];
		enum truth best = FALSE;
		enum reason reason = REASON_FILTERED;

		if (f->field == AUDIT_WATCH || f->field == AUDIT_DIR)
			reason = file_reason(f, host);
		for (size_t n = 0; n < act->lookup_count; n++)
			best = MAX(best, field_matches(f, act, &act->lookups[n], host, false));
		best = MAX(best, field_matches(f, act, NULL, host, false));
		if (best != FALSE)
			continue;
		d.fields++;
		/* That a watch is dead counts for more than whom it would have heard. */
		if (d.reason == REASON_NONE ||
		    (d.reason == REASON_FILTERED && reason != REASON_FILTERED)) {
			d.reason = reason;
			d.field = f;
		}
	}
	return d;
}

enum { CALL_KINDS = 3 };

static void module_calls(const struct abi_calls *abi, int calls[CALL_KINDS])
{
	calls[0] = abi->init_module;
	calls[1] = abi->finit_module;
	calls[2] = abi->delete_module;
}

static bool is_for(const struct rule *r, uint32_t arch)
{
	const struct rule_field *f = rule_field_of(r, AUDIT_ARCH);

	return f == NULL || (f->op == AUDIT_EQUAL) == (f->value == arch);
}

/* A rule that names the same call for the host's other entry. */
static bool names_other_abi(const struct rule *r, const struct act *act,
			    const struct host_facts *host)
{
	int here[CALL_KINDS], there[CALL_KINDS];

	for (size_t a = 0; a < 2; a++) {
		const struct abi_calls *other = &host->abi[1 - a];

		if (host->abi[a].arch != act->arch || other->arch == 0)
			continue;
		module_calls(&host->abi[a], here);
		module_calls(other, there);
		for (size_t k = 0; k < CALL_KINDS; k++)
			if (here[k] == act->call && rule_has_call(r, there[k]) &&
			    is_for(r, other->arch))
				return true;
	}
	return false;
}

/* A rule that names another module call of the same entry. */
static bool names_sibling(const struct rule *r, const struct act *act,
			  const struct host_facts *host)
{
	int calls[CALL_KINDS];

	for (size_t a = 0; a < 2; a++) {
		if (host->abi[a].arch != act->arch || !is_for(r, act->arch))
			continue;
		module_calls(&host->abi[a], calls);
		for (size_t k = 0; k < CALL_KINDS; k++)
			if (rule_has_call(r, calls[k]))
				return true;
	}
	return false;
}

static const struct rule *first_rule(const struct rules *rules, const struct act *act,
				     const struct host_facts *host,
				     bool (*names)(const struct rule *, const struct act *,
						   const struct host_facts *))
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *r = rules->rule[i];

		if (r->list == AUDIT_FILTER_EXIT && r->action == AUDIT_ALWAYS && means_call(r) &&
		    names(r, act, host))
			return r;
	}
	return NULL;
}

void predict_explain(struct prediction *out, const struct rules *rules, const struct act *act,
		     const struct host_facts *host)
{
	struct distance nearest = { 0, REASON_NONE, NULL };

	*out = (struct prediction){ .outcome = OUTCOME_SILENT };
	for (size_t i = 0; i < rules->count; i++) {
		struct distance d;

		if (!rule_means_act(rules->rule[i], act, host))
			continue;
		d = distance(rules->rule[i], act, host);
		if (d.reason == REASON_NONE)
			d.reason = REASON_UNEXPLAINED;
		if (out->rule == NULL || d.fields < nearest.fields) {
			nearest = d;
			out->rule = rules->rule[i];
		}
	}
	if (out->rule != NULL) {
		out->reason = nearest.reason;
		out->field = nearest.field;
		return;
	}
	out->reason = REASON_SYSCALL_NOT_LISTED;
	if (act->exec)
		return;
	if ((out->rule = first_rule(rules, act, host, names_other_abi)) != NULL)
		out->reason = REASON_ABI_NOT_LISTED;
	else
		out->rule = first_rule(rules, act, host, names_sibling);
}

const struct rule *rules_claim(const struct rules *rules, enum mechanism mechanism,
			       enum actor actor, const struct host_facts *host)
{
	const struct rule *claim = NULL;
	struct act act;

	if (!act_of_cell(&act, mechanism, actor, host))
		return NULL;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *r = rules->rule[i];
		bool allows = true;

		if (!rule_means_act(r, &act, host))
			continue;
		for (size_t f = 0; f < r->field_count; f++)
			allows &= !is_identity(r->fields[f].field) ||
				  field_matches(&r->fields[f], &act, NULL, host, false) != FALSE;
		if (!allows)
			continue;
		if (distance(r, &act, host).fields == 0)
			return r;
		if (claim == NULL)
			claim = r;
	}
	return claim;
}
