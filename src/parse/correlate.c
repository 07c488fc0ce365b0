#include "parse/correlate.h"

#include "parse/kmod_args.h"

#include <string.h>

/* Did auditd start after from and not after to? */
static bool started_between(const int64_t *starts, size_t count, int64_t from, int64_t to)
{
	size_t first = 0, end = count;	/* the first start after from is in [first, end] */

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (starts[middle] > from)
			end = middle;
		else
			first = middle + 1;
	}
	return first < count && starts[first] <= to;
}

static bool belongs(const struct step *call, const struct step *exec, const int64_t *starts,
		    size_t start_count)
{
	int64_t passed_ms = call->time_ms - exec->time_ms;

	if (call->serial <= exec->serial || passed_ms < 0 || passed_ms > CORRELATE_SPAN_MS)
		return false;
	if (!bytes_equal(call->comm, exec->comm) || !bytes_equal(call->exe, exec->exe))
		return false;
	if (call->auid != exec->auid || call->ses != exec->ses)
		return false;
	if (call->ppid != exec->ppid && passed_ms > CORRELATE_ORPHAN_MS)
		return false;
	return passed_ms < CORRELATE_BOOT_MS ||
	       !started_between(starts, start_count, exec->time_ms, call->time_ms);
}

static bool is_load(const struct step *s)
{
	return s->call == CALL_INIT || s->call == CALL_FINIT;
}

static void join(struct step *steps, size_t count, const int64_t *starts, size_t start_count)
{
	int run = -1;

	for (size_t i = 0; i < count; i++) {
		struct step *s = &steps[i];

		s->run = -1;
		s->calls = 0;
		if (s->kind == EVENT_EXEC && s->success)
			run = (int)i;
		if (s->kind != EVENT_CALL || run < 0)
			continue;
		if (belongs(s, &steps[run], starts, start_count)) {
			s->run = run;
			steps[run].calls++;
		}
	}
}

static bool is_set(int64_t id)
{
	return id != NUM_NONE && id != ID_UNSET;
}

/* The kernel runs MODPROBE -q -- ALIAS (call_modprobe in kernel/module/kmod.c). */
static bool is_autoload(const struct step *s)
{
	static const char *const words[] = { NULL, "-q", "--", NULL };
	struct bytes rest = s->argv, word;
	size_t i = 0;

	if (s->kind != EVENT_CALL || s->run >= 0 || !is_load(s) || !is_kmod(s->exe))
		return false;
	if (s->auid != ID_UNSET || s->ses != ID_UNSET || s->tty.data != NULL)
		return false;
	for (; argv_next(&rest, &word); i++) {
		if (i == ARRAY_SIZE(words))
			return false;
		if (words[i] != NULL && !bytes_are(word, words[i]))
			return false;
	}
	return i == ARRAY_SIZE(words);
}

static enum origin origin_of(const struct step *s)
{
	if (is_autoload(s))
		return ORIGIN_AUTOLOAD;
	if (is_set(s->auid) || is_set(s->ses) || s->tty.data != NULL)
		return ORIGIN_INTERACTIVE;
	if (s->auid == NUM_NONE && s->ses == NUM_NONE)
		return ORIGIN_UNKNOWN;
	return ORIGIN_SERVICE;
}

static struct bytes tool_of(const struct step *s)
{
	struct kmod_args line = { .tool = { NULL, 0 } };

	/* What PROCTITLE says of a call may be the line of before the exec. */
	if (s->kind == EVENT_EXEC)
		kmod_args_read(&line, s->argv);
	return tool_of_process(&line, s->comm, s->exe);
}

static void set_tool(struct step *s, struct bytes tool)
{
	size_t len = MIN(tool.len, sizeof(s->tool) - 1);

	if (len > 0)
		memcpy(s->tool, tool.data, len);
	s->tool[len] = '\0';
}

static void describe(struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct step *s = &steps[i];

		s->origin = origin_of(s);
		if (s->origin == ORIGIN_AUTOLOAD)
			set_tool(s, (struct bytes){ "modprobe", strlen("modprobe") });
		else
			set_tool(s, tool_of(s->run >= 0 ? &steps[s->run] : s));
	}
}

/* Sets the name inferred for a call, unless the kernel has named the module. */
static void infer(struct step *s, const char *name, enum name_source source)
{
	size_t len = strlen(name);

	if (s->module.data != NULL || len == 0 || len >= sizeof(s->inferred))
		return;
	memcpy(s->inferred, name, len + 1);
	s->module_source = source;
}

/* first and last: of its kind in its run. */
static void infer_from_run(struct step *s, const struct step *exec, bool first, bool last)
{
	bool insmod = strcmp(s->tool, "insmod") == 0;
	struct kmod_args line;

	if (is_load(s) ? !last && !insmod : !first)
		return;
	kmod_args_read(&line, exec->argv);
	if (line.module_count == 1 && line.intends && line.removes != is_load(s))
		infer(s, line.modules, NAME_ARGV);
}

/* A load that no run explains: "program file.ko", if it names just one. */
static void infer_from_title(struct step *s)
{
	struct bytes rest = s->argv, word;
	char name[sizeof(s->inferred)] = "", other[sizeof(s->inferred)];
	unsigned files = 0;

	if (!is_load(s))
		return;
	while (argv_next(&rest, &word))
		files += module_name_of_file(word, files == 0 ? name : other, sizeof(name));
	if (files == 1)
		infer(s, name, NAME_PROCTITLE);
}

static void name_modules(struct step *steps, size_t count)
{
	int unloads = -1, loads = -1;	/* runs whose first unload, last load was met */

	for (size_t i = 0; i < count; i++) {
		struct step *s = &steps[i];

		s->inferred[0] = '\0';
		s->module_source = NAME_NONE;
		if (s->kind == EVENT_CALL && s->module.data != NULL)
			s->module_source = NAME_KERNEL;
		if (s->kind != EVENT_CALL || is_load(s) || s->run < 0)
			continue;
		infer_from_run(s, &steps[s->run], s->run != unloads, false);
		unloads = s->run;
	}
	for (size_t i = count; i-- > 0; ) {
		struct step *s = &steps[i];

		if (s->kind != EVENT_CALL || !is_load(s))
			continue;
		if (s->run < 0) {
			infer_from_title(s);
			continue;
		}
		infer_from_run(s, &steps[s->run], false, s->run != loads);
		loads = s->run;
	}
}

void correlate(struct step *steps, size_t count, const int64_t *starts, size_t start_count)
{
	join(steps, count, starts, start_count);
	describe(steps, count);
	name_modules(steps, count);
}
