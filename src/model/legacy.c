#include "model/legacy.h"

#include <stdio.h>
#include <string.h>

static void copy(char *out, size_t size, const char *text, size_t len)
{
	snprintf(out, size, "%.*s", (int)MIN(len, size - 1), text);
}

/* "FILE:LINE" or "kernel:LINE"; false for anything else. */
static bool read_place(struct place *out, const char *text, size_t len)
{
	const char *colon = memrchr(text, ':', len);
	unsigned line;
	int end = 0;

	if (colon == NULL || sscanf(colon, ":%u%n", &line, &end) != 1 ||
	    colon + end != text + len || line == 0)
		return false;
	*out = (struct place){ .kind = PLACE_FILE, .line = line };
	copy(out->file, sizeof(out->file), text, (size_t)(colon - text));
	if (strcmp(out->file, "kernel") == 0)
		*out = (struct place){ .kind = PLACE_KERNEL, .line = line };
	return true;
}

/* "RULE @ PLACE", or a rule alone. */
static void read_other(struct facts *f, const char *detail)
{
	size_t len = strlen(detail);

	for (const char *at = strstr(detail, " @ "); at != NULL; at = strstr(at + 1, " @ "))
		if (read_place(&f->at, at + 3, strlen(at + 3)))
			len = (size_t)(at - detail);
	copy(f->other, sizeof(f->other), detail, len);
}

/* "PLACE: COMPLAINT" */
static void read_refused(struct facts *f, const char *detail)
{
	const char *why = strstr(detail, ": ");

	if (!read_place(&f->at, detail, why ? (size_t)(why - detail) : strlen(detail)))
		f->at = (struct place){ .kind = PLACE_NONE };
	snprintf(f->text, sizeof(f->text), "%s", why && f->at.kind != PLACE_NONE ? why + 2 : detail);
}

static void read_detail(struct facts *f, enum reason reason, const char *detail)
{
	switch (reason) {
	case REASON_SHADOWED:
	case REASON_EXCLUDED:
	case REASON_TASK_NEVER:
	case REASON_OTHER_KEY:
		read_other(f, detail);
		break;
	case REASON_REJECTED_LINE:
		read_refused(f, detail);
		break;
	case REASON_WATCH_ON_SYMLINK:
	case REASON_PATH_MISSING:
		snprintf(f->path, sizeof(f->path), "%s", detail);
		break;
	case REASON_NONE:
	case REASON_FILTERED:
		copy(f->field, sizeof(f->field), detail, strlen(detail));
		break;
	default:
		f->verbatim = detail[0] != '\0';
		snprintf(f->text, sizeof(f->text), "%s", detail);
	}
}

static bool has_field(const char *rule, const char *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(rule, fields[i]) != NULL)
			return true;
	return false;
}

void legacy_rule(struct claim *claim)
{
	static const char *const success[] = {
		"-F success=1", "-F success=yes", "-F success!=0", "-F success!=no", "-F exit=0",
		"-F exit>=0", "-F exit>-1",
	};
	static const char *const failure[] = {
		"-F success=0", "-F success=no", "-F success!=1", "-F success!=yes", "-F exit=-",
		"-F exit!=0", "-F exit<0",
	};

	if (has_field(claim->rule, failure, ARRAY_SIZE(failure)))
		claim->asks = ASKS_FAILURE;
	else if (has_field(claim->rule, success, ARRAY_SIZE(success)))
		claim->asks = ASKS_SUCCESS;
	claim->by_program = strstr(claim->rule, "-F exe=") != NULL;
}

void legacy_claim(struct claim *claim, const char *where, const char *detail)
{
	if (!read_place(&claim->place, where, strlen(where)))
		claim->place = (struct place){ .kind = PLACE_NONE };
	read_detail(&claim->facts, claim->reason, detail);
	legacy_rule(claim);
	if (claim->expect == EXPECT_SILENT && claim->reason == REASON_FILTERED &&
	    (strcmp(detail, "success") == 0 || strcmp(detail, "exit") == 0))
		claim->asks = ASKS_FAILURE;
}

enum loader legacy_loader(const struct claim *claims, size_t count)
{
	enum loader loader = LOADER_UNKNOWN;

	for (size_t i = 0; i < count; i++) {
		const char *file = claims[i].place.file;

		if (strncmp(file, RULES_FOLDER "/", sizeof(RULES_FOLDER)) == 0)
			return LOADER_AUGENRULES;
		if (strcmp(file, RULES_FILE) == 0)
			loader = LOADER_AUDITCTL;
	}
	return loader;
}

void legacy_note(struct delivery_state *delivery, const char *detail)
{
	static const struct { const char *part; enum delivery_fault fault; } parts[] = {
		{ "booted with audit=0", FAULT_NO_AUDIT },
		{ "(write_logs = ", FAULT_WRITE_LOGS },
		{ "(max_log_file_action = ", FAULT_MAX_LOG_FILE },
		{ "(disk_full_action = ", FAULT_DISK_FULL },
		{ "(admin_space_left_action = ", FAULT_ADMIN_SPACE_LEFT },
		{ "(space_left_action = ", FAULT_SPACE_LEFT },
		{ " did not grow, though ", FAULT_LOG_STANDS_STILL },
	};

	delivery->facts.verbatim = detail[0] != '\0';
	snprintf(delivery->facts.text, sizeof(delivery->facts.text), "%s", detail);
	for (size_t i = 0; i < ARRAY_SIZE(parts) && delivery->facts.fault == FAULT_NONE; i++)
		if (strstr(detail, parts[i].part) != NULL)
			delivery->facts.fault = parts[i].fault;
}
