/* verify: judges every host in the trail from its claims, markers and events, and tells. */
#include "base/clock.h"
#include "base/output.h"
#include "base/timespec.h"
#include "cmd/command.h"
#include "model/keys.h"
#include "report/columns.h"
#include "report/verdict.h"
#include "verdict/judge.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40	/* as many as the kernel follows */

enum form { FORM_TEXT, FORM_JSON, FORM_METRICS };

struct options {
	struct verdict_query what;
	struct keys keys;
	int64_t max_age_ms;
	enum form form;
	const char *file;	/* of metrics; NULL: standard output */
};

enum { OPTION_MAX_AGE = OPTION_LONG, OPTION_KEY, OPTION_JSON, OPTION_METRICS };

static const struct command_option options[] = {
	{ "host", 'H', "NAME", "only this host", IS_TAKEN },
	{ "all", 'a', NULL, "hosts where all is proven, too", SETS_FLAG(struct options, what.all) },
	{ "max-age", OPTION_MAX_AGE, "TIME", "how old the last self-test may be; default: 25h", IS_TAKEN },
	{ "key", OPTION_KEY, "KEY", "wanted key, for this question only; may be given several times;\n"
		"default: those that each self-test names", IS_TAKEN },
	{ "accept-unsigned", 0, NULL, "self-tests of hosts that never signed one are no warning",
		SETS_FLAG(struct options, what.accept_unsigned) },
	{ "json", OPTION_JSON, NULL, "the same as data, all hosts", IS_TAKEN },
	{ "metrics", OPTION_METRICS, "[=FILE]",
		"for the textfile collector of node_exporter; a plain FILE is\n"
		"replaced as a whole, any other is written into", IS_TAKEN },
};

static int take(void *to, int id, const char *value, struct error *err)
{
	struct options *o = to;

	switch (id) {
	case 'H':
		o->what.host = value;
		o->what.all = true;
		return 0;
	case OPTION_MAX_AGE:
		if (duration_parse(value, &o->max_age_ms) && o->max_age_ms > 0)
			return 0;
		return error_set(err, ERR_USAGE, "invalid age '%s': expected a length of time such "
				 "as 25h or 2d", value);
	case OPTION_KEY:
		return keys_add(&o->keys, value, err);
	case OPTION_JSON:
		o->form = FORM_JSON;
		return 0;
	default:
		o->form = FORM_METRICS;
		o->file = value;
		return 0;
	}
}

static int read_options(struct options *o, int argc, char **argv, struct error *err)
{
	*o = (struct options){ .max_age_ms = MAX_AGE_DEFAULT };
	return command_read(&command_verify, argc, argv, take, o, err);
}

static bool may_write(const char *path)
{
	AUTO(freep) char *copy = strdup(path);

	return copy == NULL || (access(path, W_OK) == 0 && access(dirname(copy), W_OK) == 0);
}

/* To be kept, verdicts need a trail that may be written. An analyst's may not: *kept false. */
static int open_trail(struct store **s, const char *path, bool *kept, struct error *err)
{
	int rc = store_open(s, path, STORE_CHANGE, err);

	*kept = rc == 0;
	return rc == ERR_TRAIL && !may_write(path) ? store_open(s, path, STORE_READ, err) : rc;
}

static int print_metrics(FILE *out, struct store *s, const struct verdict_counts *t,
			 const struct options *o, const char *name, struct error *err)
{
	int rc = report_metrics(out, s, t, &o->what, err);

	return rc < 0 ? rc : output_flush(out, name, err);
}

/* A device or a pipe stays what it is: root would put a file in the place of /dev/null. */
static int write_into(struct store *s, const struct verdict_counts *t, const struct options *o,
		      const char *path, int follow, struct error *err)
{
	AUTO(fclosep) FILE *out = NULL;
	struct stat st;
	int fd = open(path, O_WRONLY | O_TRUNC | O_NONBLOCK | O_CLOEXEC | follow);

	if (fd < 0 && errno == ENXIO && stat(path, &st) == 0 && S_ISFIFO(st.st_mode))
		return error_set(err, ERR_SYSTEM, "cannot write '%s': it is a pipe that nobody reads", path);
	/* Once it is open, a slow reader is waited for. */
	if (fd < 0 || fcntl(fd, F_SETFL, 0) < 0 || (out = fdopen(fd, "w")) == NULL)
		return error_set(err, ERR_SYSTEM, "cannot open '%s': %s", path, strerror(errno));
	return print_metrics(out, s, t, o, path, err);
}

/* A collector may read at any moment: it finds the old file or the new one. */
static int replace(struct store *s, const struct verdict_counts *t, const struct options *o,
		   const char *path, struct error *err)
{
	AUTO(freep) char *name = NULL;
	FILE *out;
	int fd, rc;

	if (asprintf(&name, "%s.XXXXXX", path) < 0) {
		name = NULL;
		return error_set(err, ERR_NOMEM, "out of memory");
	}
	if ((fd = mkostemp(name, O_CLOEXEC)) < 0)
		return error_set(err, ERR_SYSTEM, "cannot create '%s': %s", name, strerror(errno));
	if ((out = fdopen(fd, "w")) == NULL) {
		close(fd);
		unlink(name);
		return error_set(err, ERR_NOMEM, "out of memory");
	}
	rc = print_metrics(out, s, t, o, name, err);
	if (rc == 0 && (fsync(fd) < 0 || fchmod(fd, 0644) < 0))
		rc = error_set(err, ERR_SYSTEM, "cannot write '%s': %s", name, strerror(errno));
	fclose(out);
	if (rc == 0 && rename(name, path) < 0)
		rc = error_set(err, ERR_SYSTEM, "cannot replace '%s': %s", path, strerror(errno));
	if (rc < 0)
		unlink(name);
	return rc;
}

/* Takes path to where the link leads that it is. */
static bool step_over_link(char path[static PATH_MAX])
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target));
	char *slash = strrchr(path, '/');
	size_t kept = len > 0 && target[0] != '/' && slash != NULL ? (size_t)(slash + 1 - path) : 0;

	if (len <= 0 || kept + (size_t)len >= PATH_MAX)
		return false;
	memcpy(path + kept, target, (size_t)len);
	path[kept + (size_t)len] = '\0';
	return true;
}

/*
 * A link is followed if it is root's or our own, as /dev/stdout is: any other could lead
 * root to a file of somebody else, and is replaced.
 */
static int write_metrics(struct store *s, const struct verdict_counts *t, const struct options *o,
			 struct error *err)
{
	char path[PATH_MAX];
	struct stat st;
	bool there;
	int links = 0;

	if (snprintf(path, sizeof(path), "%s", o->file) >= (int)sizeof(path))
		return error_set(err, ERR_SYSTEM, "cannot open '%s': %s", o->file, strerror(ENAMETOOLONG));
	while ((there = lstat(path, &st) == 0) && S_ISLNK(st.st_mode)) {
		if (st.st_uid != 0 && st.st_uid != geteuid())
			return replace(s, t, o, path, err);
		/* What is wrong with it then opening tells. */
		if (++links > LINKS_MAX || !step_over_link(path))
			return write_into(s, t, o, o->file, 0, err);
	}
	if (links == 0 && (!there || S_ISREG(st.st_mode)))
		return replace(s, t, o, path, err);
	/* Where a link of /proc leads to may have no name. */
	return there ? write_into(s, t, o, path, O_NOFOLLOW, err)
		     : write_into(s, t, o, o->file, 0, err);
}

static int tell(FILE *out, struct store *s, const struct verdict_counts *t, const struct options *o,
		struct error *err)
{
	int rc;

	if (o->form == FORM_JSON)
		return report_json(out, s, t, &(struct verdict_query){
			.host = o->what.host, .all = true, .accept_unsigned = o->what.accept_unsigned,
		}, err);
	if (o->form == FORM_METRICS && o->file == NULL)
		return report_metrics(out, s, t, &o->what, err);
	if ((rc = report_summary(out, s, t, &o->what, err)) < 0)
		return rc;
	return o->form == FORM_METRICS ? write_metrics(s, t, o, err)
				       : report_text(out, s, &o->what, err);
}

static int count_and_tell(FILE *out, struct store *s, const struct options *o,
			  struct verdict_counts *t, struct error *err)
{
	int rc = report_count(t, s, &o->what, err);

	return rc < 0 ? rc : tell(out, s, t, o, err);
}

/* Under other keys nothing of it is kept, and of a trail that may only be read nothing can be. */
static int judge_aside_and_tell(struct store *s, const struct judging *how, const struct options *o,
				struct verdict_counts *t, struct error *err)
{
	int rc;

	if ((rc = judge_aside(s, how, err)) < 0)
		return rc;
	rc = count_and_tell(stdout, s, o, t, err);
	judge_forget(s);
	return rc;
}

/* What was judged is kept before it is told: a reader may leave. */
static int judge_and_tell(struct store *s, bool kept, const struct options *o, struct error *err)
{
	const struct judging how = {
		.keys = o->keys.count > 0 ? o->keys.key : NULL,
		.now_ms = clock_ms(CLOCK_REALTIME), .max_age_ms = o->max_age_ms,
	};
	struct verdict_counts t;
	int rc;

	if (how.keys != NULL || !kept)
		rc = judge_aside_and_tell(s, &how, o, &t, err);
	else if ((rc = judge_apart(s, &how, err)) >= 0)
		rc = count_and_tell(stdout, s, o, &t, err);
	return rc < 0 ? rc : (int)verdict_counts_check(&t);
}

static int verify_run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(store_closep) struct store *s = NULL;
	struct options o;
	bool kept;
	int rc;

	if ((rc = read_options(&o, argc, argv, err)) < 0 ||
	    (rc = open_trail(&s, g->trail, &kept, err)) < 0)
		return rc;
	return judge_and_tell(s, kept, &o, err);
}

const struct command command_verify = {
	.name = "verify",
	.synopsis = "[--host NAME] [--all] [--max-age TIME] [--key KEY] [--accept-unsigned] "
		"[--json | --metrics[=FILE]]",
	.summary = "say which claimed coverage is proven, and which is silent, and why",
	COMMAND_OPTIONS(options),
	.no_operands = "a host is named with '--host', a file of metrics with '--metrics=FILE'",
	.notes =
		"exit status: 0 OK, 1 WARNING (uncovered, untested, stale), 2 CRITICAL (silent,\n"
		"miskeyed, blind), 3 UNKNOWN (nothing proven, or an error)\n",
	.run = verify_run,
	.failed = CHECK_UNKNOWN,
};
