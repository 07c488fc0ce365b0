#include "rules/auditd_conf.h"

#include "base/error_access.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What auditd 3.0 does without a word in its file; not what the packaged file says. */
static const struct auditd_conf defaults = {
	.log_file = AUDITD_LOG_DEFAULT,
	.write_logs = true,
	.name_format = "none",
	.max_log_file_action = "ignore",
	.space_left = "75",
	.admin_space_left = "50",
	.space_left_action = "ignore",
	.admin_space_left_action = "ignore",
	.disk_full_action = "ignore",
	.disk_error_action = "syslog",
};

enum kind { TEXT, WORD, YES, ENRICHED, COUNT, SIZE };

static const struct setting {
	const char *name;
	enum kind kind;
	size_t at, size;
} settings[] = {
#define SETTING(field, kind) \
	{ #field, kind, offsetof(struct auditd_conf, field), \
	  sizeof(((struct auditd_conf *)NULL)->field) }
	SETTING(log_file, TEXT),
	SETTING(write_logs, YES),
	{ "log_format", ENRICHED, offsetof(struct auditd_conf, enriched), sizeof(bool) },
	SETTING(name_format, WORD),
	SETTING(name, TEXT),
	SETTING(max_log_file_action, WORD),
	SETTING(space_left, WORD),
	SETTING(admin_space_left, WORD),
	SETTING(space_left_action, WORD),
	SETTING(admin_space_left_action, WORD),
	SETTING(disk_full_action, WORD),
	SETTING(disk_error_action, WORD),
	SETTING(max_log_file, SIZE),
	SETTING(num_logs, COUNT),
#undef SETTING
};

static const struct setting *find_setting(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		if (strcasecmp(settings[i].name, name) == 0)
			return &settings[i];
	return NULL;
}

/* Returns whether value makes sense for the setting and fits. */
static bool set(struct auditd_conf *conf, const struct setting *s, const char *value)
{
	char *field = (char *)conf + s->at, *end;
	unsigned long count;

	switch (s->kind) {
	case YES:
		*(bool *)field = strcasecmp(value, "no") != 0;
		return strcasecmp(value, "no") == 0 || strcasecmp(value, "yes") == 0;
	case ENRICHED:
		*(bool *)field = strcasecmp(value, "enriched") == 0;
		return true;	/* NOLOG of older versions still is a format */
	case COUNT:
	case SIZE:
		errno = 0;
		count = strtoul(value, &end, 10);
		*(unsigned *)field = (unsigned)count;
		return isdigit((unsigned char)*value) && *end == '\0' && errno == 0 &&
		       count <= (s->kind == COUNT ? 999 : UINT_MAX);
	case WORD:
	case TEXT:
		break;
	}
	if (strlen(value) >= s->size)
		return false;
	strcpy(field, value);
	for (char *p = field; s->kind == WORD && *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return true;
}

/* Cuts the first word off *rest: what lies between blanks. */
static char *word(char **rest)
{
	char *start = *rest + strspn(*rest, " \t\r\n");

	*rest = start + strcspn(start, " \t\r\n");
	if (**rest != '\0')
		*(*rest)++ = '\0';
	return start;
}

static int parse_line(struct auditd_conf *conf, char *line, const char *path, unsigned number,
		      struct error *err)
{
	char *start = line + strspn(line, " \t\r\n");
	char *equals = strchr(start, '=');
	const struct setting *s;
	char *name, *value;

	if (*start == '\0' || *start == '#')
		return 0;
	if (equals == NULL)
		return error_set(err, ERR_INPUT, "%s:%u: no '=' in the line: "
				 "expected 'name = value'", path, number);
	*equals++ = '\0';
	name = word(&start);
	/* Only the first word counts: "exec /path" is an action with its program. */
	value = word(&equals);
	if (*value == '\0')
		return error_set(err, ERR_INPUT, "%s:%u: '%s' has no value", path, number, name);
	s = find_setting(name);
	if (s != NULL && !set(conf, s, value))
		return error_set(err, ERR_INPUT, "%s:%u: invalid value '%s' for %s", path, number,
				 value, s->name);
	return 0;
}

static int parse_file(struct auditd_conf *conf, FILE *f, const char *path, struct error *err)
{
	AUTO(freep) char *line = NULL;
	size_t size = 0;
	int rc = 0;

	for (unsigned number = 1; rc == 0 && getline(&line, &size, f) >= 0; number++)
		rc = parse_line(conf, line, path, number, err);
	if (rc == 0 && ferror(f))
		return error_set(err, ERR_INPUT, "cannot read '%s': %s", path, strerror(errno));
	return rc;
}

int auditd_conf_read(struct auditd_conf *conf, const char *path, struct error *err)
{
	AUTO(fclosep) FILE *f = fopen(path, "re");
	int rc;

	*conf = defaults;
	if (f == NULL && errno == ENOENT)
		return 0;
	if (f == NULL)
		return error_access(err, ERR_INPUT, "open", path, errno);
	rc = parse_file(conf, f, path, err);
	if (rc < 0)
		*conf = defaults;
	return rc;
}
