/*
 * The cells of this host: what acts they stand for, and the facts that decide
 * about them.
 */
#include "rules/predict_private.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOGIN_UID 1000	/* whom the login actor stands for where nobody says otherwise */

static const char *const tool_folders[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin" };
static const char *const tools[] = { "insmod", "rmmod", "modprobe" };
/* The program interpreter is looked up by every execution. */
static const char *const interpreters[] = {
	"/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib64/ld64.so.2",
	"/lib/ld64.so.1",
};

static bool lists_tomoyo(const char *list)
{
	for (const char *p = list; (p = strstr(p, "tomoyo")) != NULL; p++)
		if ((p == list || p[-1] == ',') && (p[6] == '\0' || p[6] == ',' || p[6] == '\n'))
			return true;
	return false;
}

static bool has_tomoyo(void)
{
	char list[1024] = "";
	int fd = open("/sys/kernel/security/lsm", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, list, sizeof(list) - 1) < 0)
		list[0] = '\0';
	close(fd);
	return lists_tomoyo(list);
}

/* The first login id that people get; 1000 unless login.defs says otherwise. */
static int64_t first_login_uid(void)
{
	AUTO(fclosep) FILE *in = fopen("/etc/login.defs", "re");
	long long uid = LOGIN_UID;
	char line[512];

	if (in == NULL)
		return uid;
	while (fgets(line, sizeof(line), in) != NULL)
		(void)sscanf(line, " UID_MIN %lld", &uid);
	return uid;
}

void host_facts_read(struct host_facts *out, struct paths *paths)
{
	*out = (struct host_facts){ .audit_enabled = 1, .tomoyo = has_tomoyo(), .paths = paths,
				    .login_uid = first_login_uid() };
	if (!rules_machine(out->abi, NULL))
		out->abi[0].arch = out->abi[1].arch = 0;
	for (size_t f = 0; f < ARRAY_SIZE(tool_folders); f++) {
		for (size_t t = 0; t < ARRAY_SIZE(tools); t++) {
			char path[64];

			snprintf(path, sizeof(path), "%s/%s", tool_folders[f], tools[t]);
			(void)paths_look(paths, path);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(interpreters); i++)
		(void)paths_look(paths, interpreters[i]);
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

int host_facts_assume(struct host_facts *out, struct paths *paths, const char *machine,
		      struct error *err)
{
	static const char *const links[] = { "insmod", "rmmod", "modprobe", "lsmod", "modinfo" };
	static const char *const folders[] = { "/usr/sbin", "/sbin" };
	uint64_t inode = 2;
	bool ok;

	*out = (struct host_facts){ .audit_enabled = 1, .paths = paths, .login_uid = LOGIN_UID };
	if (!rules_machine(out->abi, machine))
		return error_set(err, ERR_USAGE, "unknown machine '%s': expected one as 'uname -m' "
				 "prints it", machine ? machine : "of this host");
	ok = put_tool(paths, "/usr/bin/kmod", "/usr/bin/kmod", 1) &&
	     put_tool(paths, "/bin/kmod", "/usr/bin/kmod", 1);
	for (size_t f = 0; f < ARRAY_SIZE(folders); f++)
		for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
			char path[64];

			snprintf(path, sizeof(path), "%s/%s", folders[f], links[i]);
			ok = ok && put_tool(paths, path, "/usr/bin/kmod", inode++);
		}
	return ok ? 0 : error_set(err, ERR_NOMEM, "out of memory");
}

static const struct path_fact *find_tool(const char *tool, const struct host_facts *host)
{
	for (size_t f = 0; f < ARRAY_SIZE(tool_folders); f++) {
		char path[64];
		const struct path_fact *fact;

		snprintf(path, sizeof(path), "%s/%s", tool_folders[f], tool);
		fact = paths_find(host->paths, path);
		if (fact != NULL && fact->exists && fact->real != NULL)
			return fact;
	}
	return NULL;
}

static void add_lookup(struct act *act, const char *place, struct file_id file, uint32_t mode,
		       uint64_t file_system)
{
	act->lookups[act->lookup_count++] = (struct lookup){ place, file, mode, file_system };
}

/*
 * What execve looks up, in its order: the file at the end of the link; the
 * link itself, by TOMOYO; the program interpreter.
 */
static void add_lookups(struct act *act, const struct path_fact *tool,
			const struct host_facts *host)
{
	add_lookup(act, tool->real, tool->file, tool->file_mode, tool->file_system);
	if (tool->symlink && host->tomoyo)
		add_lookup(act, tool->place, tool->self, 0120777, tool->file_system);
	for (size_t i = 0; i < ARRAY_SIZE(interpreters); i++) {
		const struct path_fact *fact = paths_find(host->paths, interpreters[i]);

		if (fact == NULL || fact->real == NULL)
			continue;
		add_lookup(act, fact->real, fact->file, fact->file_mode, fact->file_system);
		return;
	}
}

/* Which entry and which call; false if the host has none. */
static bool set_call(struct act *act, enum mechanism mechanism, const struct host_facts *host)
{
	const struct abi_calls *abi = &host->abi[mechanism >= MECHANISM_FINIT_B32 &&
						 mechanism <= MECHANISM_DELETE_B32];
	const int calls[MECHANISM_COUNT] = {
		[MECHANISM_FINIT_B64] = abi->finit_module,
		[MECHANISM_FINIT_B32] = abi->finit_module,
		[MECHANISM_INIT_B64] = abi->init_module,
		[MECHANISM_INIT_B32] = abi->init_module,
		[MECHANISM_DELETE_B64] = abi->delete_module,
		[MECHANISM_DELETE_B32] = abi->delete_module,
		[MECHANISM_INSMOD] = abi->execve,
		[MECHANISM_RMMOD] = abi->execve,
		[MECHANISM_MODPROBE] = abi->execve,
	};

	act->arch = abi->arch;
	act->call = calls[mechanism];
	act->exec = mechanism >= MECHANISM_INSMOD;
	return act->arch != 0 && act->call >= 0;
}

int64_t actor_login(enum actor actor, const struct host_facts *host)
{
	switch (actor) {
	case ACTOR_DAEMON:
		return ID_UNSET;
	case ACTOR_ROOT:
		return 0;
	default:
		return host->login_uid;
	}
}

void act_by_others(struct act *act)
{
	act->exe = NULL;
	act->exe_file = (struct file_id){ 0, UINT64_MAX };
}

bool act_of_cell(struct act *act, enum mechanism mechanism, enum actor actor,
		 const struct host_facts *host)
{
	const char *name = mechanism >= MECHANISM_INSMOD ? tools[mechanism - MECHANISM_INSMOD]
							 : "modprobe";
	const struct path_fact *tool = find_tool(name, host);

	*act = (struct act){ .auid = actor_login(actor, host), .session = ID_UNKNOWN,
			     .pid = ID_UNKNOWN, .ppid = ID_UNKNOWN, .personality = 0,
			     .auid_at_fork = ID_UNKNOWN, .groups_known = true, .ended = true,
			     .success = true, .exit = 0, .lookups_known = true,
			     .has_context = true };
	if (!set_call(act, mechanism, host) || (act->exec && tool == NULL))
		return false;
	/* A daemon has no session either. */
	if (actor == ACTOR_DAEMON)
		act->session = act->auid_at_fork = ID_UNSET;
	if (tool != NULL) {
		act->exe = tool->real;
		act->exe_file = tool->file;
	}
	if (act->exec) {
		act->called = tool->path;
		add_lookups(act, tool, host);
	}
	if (mechanism_abi(mechanism) == ABI_B32)
		act_by_others(act);
	return true;
}
