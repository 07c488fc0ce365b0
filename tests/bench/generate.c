/*
 * generate - writes an audit log of a chosen size, and what is true of it
 *
 *   generate --bytes N [--one-in N] [--hosts N] [--rate N] [--enriched] [--calls-only]
 *            [--seed N] LOG TRUTH
 *
 * The log has the mix of a busy server: programs that start, files that are
 * opened, logins and services, all under keys of their own; one event in
 * --one-in belongs to a module, mostly a tool run and the call it makes.
 * --hosts N gives each record a node=, --rate is in events per second of log
 * time over all hosts. Records of events that happen at once are interleaved.
 *
 * TRUTH has a line for each module event, columns separated by tabs:
 *   call  HOST TIME_MS SERIAL load|unload MODULE success|failure
 *   run   HOST TIME_MS SERIAL TOOL MODULE
 * The same arguments give the same bytes, everywhere.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_MS INT64_C(1795456283000)
#define TICK_MS 4		/* the kernel's coarse clock */
#define SLOTS_ONE_HOST 4	/* processors */
#define UNSET 4294967295u

struct options {
	uint64_t bytes, one_in, hosts, rate, seed;
	bool enriched, calls_only;
};

enum { HOSTS_MAX = 100000 };

/* An event on its way into the log: its records, written one by one. */
struct slot {
	unsigned host;
	char node[32];		/* "node=host007 ", or "" */
	int64_t time_ms;
	uint64_t serial;
	char text[8192];
	size_t len, written;

	/* the tool run whose call comes next */
	unsigned pid;		/* 0: none */
	unsigned tool, module;
};

static struct options options = { .one_in = 10000, .rate = 50, .seed = 1 };
static FILE *truth;
static uint64_t serials[HOSTS_MAX], events, state;
static unsigned pids[HOSTS_MAX];	/* the last one given, on each host */

static const char *const modules[] = {
	"dummy", "nf_tables", "xt_MASQUERADE", "8021q", "bonding", "vfat", "usb_storage", "af_key",
	"overlay", "br_netfilter", "loop", "tun", "nbd", "ip_vs", "wireguard", "sctp",
};
static const char *const tools[] = { "modprobe", "insmod", "rmmod" };
enum { MODPROBE, INSMOD, RMMOD };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* xorshift64*: good enough, and the same everywhere. */
static uint64_t chance(uint64_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * UINT64_C(2685821657736338717) >> 33) % below;
}

/*
 * As kernel/pid.c of Linux gives them: one after the other, around to
 * RESERVED_PIDS behind the default pid_max. Processes that leave no event take
 * some, too.
 */
static unsigned new_pid(const struct slot *s)
{
	unsigned *pid = &pids[s->host];

	*pid += 1 + (unsigned)chance(3);
	if (*pid < 300 || *pid >= 32768)
		*pid = 300;
	return *pid;
}

__attribute__((format(printf, 2, 3)))
static void put(struct slot *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	s->len += (size_t)vsnprintf(s->text + s->len, sizeof(s->text) - s->len, format, args);
	va_end(args);
}

static void put_hex(struct slot *s, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		put(s, "%02X", (unsigned char)text[i]);
}

static void begin_record(struct slot *s, const char *type)
{
	put(s, "%stype=%s msg=audit(%" PRId64 ".%03d:%" PRIu64 "): ", s->node, type,
	    s->time_ms / 1000, (int)(s->time_ms % 1000), s->serial);
}

/* What log_format=ENRICHED puts behind a record. */
__attribute__((format(printf, 2, 3)))
static void end_record(struct slot *s, const char *names, ...)
{
	va_list args;

	if (options.enriched && *names) {
		put(s, "\x1d");
		va_start(args, names);
		s->len += (size_t)vsnprintf(s->text + s->len, sizeof(s->text) - s->len, names, args);
		va_end(args);
	}
	put(s, "\n");
}

enum { OPENAT = 257, EXECVE = 59, FINIT_MODULE = 313, DELETE_MODULE = 176 };

struct call {
	int number;
	const char *name;
	int exit;		/* -errno: it failed */
	unsigned items;		/* PATH records */
	unsigned pid;
	const char *comm, *exe, *key;
};

/* What the callers pass: a descriptor, flags, addresses of texts and arrays. */
static void arguments(struct slot *s, const struct call *c)
{
	uint64_t heap = UINT64_C(0x55d0c0000000) + c->pid * 16;
	uint64_t stack = UINT64_C(0x7ffc0c000000) + c->pid * 16;

	switch (c->number) {
	case OPENAT:
		put(s, "a0=ffffff9c a1=%" PRIx64 " a2=80000 a3=0 ", heap);
		break;
	case EXECVE:
		put(s, "a0=%" PRIx64 " a1=%" PRIx64 " a2=%" PRIx64 " a3=%" PRIx64 " ", stack,
		    stack + 0x308, stack + 0x328, heap);
		break;
	case FINIT_MODULE:
		put(s, "a0=3 a1=%" PRIx64 " a2=0 a3=3 ", heap);
		break;
	case DELETE_MODULE:
		put(s, "a0=%" PRIx64 " a1=800 a2=0 a3=%" PRIx64 " ", heap, stack);
		break;
	default:
		abort();
	}
}

static void syscall_record(struct slot *s, const struct call *c)
{
	unsigned auid = c->pid % 3 == 0 ? UNSET : 1000 + c->pid % 7;
	const char *login = auid == UNSET ? "unset" : "alice";

	begin_record(s, "SYSCALL");
	put(s, "arch=c000003e syscall=%d success=%s exit=%d ", c->number, c->exit < 0 ? "no" : "yes",
	    c->exit);
	arguments(s, c);
	put(s, "items=%u ppid=%u pid=%u auid=%u uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=%s "
	    "ses=%u comm=\"%s\" exe=\"%s\" subj=unconfined key=%s", c->items, c->pid / 2, c->pid, auid, auid == UNSET ? "(none)" : "pts0",
	    auid == UNSET ? UNSET : c->pid % 50 + 1, c->comm, c->exe, c->key);
	end_record(s, "ARCH=x86_64 SYSCALL=%s AUID=\"%s\" UID=\"root\" GID=\"root\" EUID=\"root\" "
		   "SUID=\"root\" FSUID=\"root\" EGID=\"root\" SGID=\"root\" FSGID=\"root\"", c->name,
		   login);
}

static void path_record(struct slot *s, unsigned item, const char *path, unsigned mode)
{
	begin_record(s, "PATH");
	put(s, "item=%u name=\"%s\" inode=%u dev=fe:01 mode=0%o ouid=0 ogid=0 rdev=00:00 "
	    "nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0", item, path,
	    (unsigned)(131072 + strlen(path) * 97), mode);
	end_record(s, "OUID=\"root\" OGID=\"root\"");
}

/*
 * CWD, PATHs and PROCTITLE: how an event that names files ends. A program that
 * is run through a link has two PATHs, and its loader a third.
 */
static void files(struct slot *s, const char *path, bool is_link, bool is_program,
		  const char *title, size_t title_len)
{
	unsigned item = 0;

	begin_record(s, "CWD");
	put(s, "cwd=\"/root\"");
	end_record(s, "%s", "");
	path_record(s, item++, path, 0100755);
	if (is_link)
		path_record(s, item++, path, 0120777);
	if (is_program)
		path_record(s, item, "/lib64/ld-linux-x86-64.so.2", 0100755);
	begin_record(s, "PROCTITLE");
	put(s, "proctitle=");
	put_hex(s, title, title_len);
	end_record(s, "%s", "");
}

/* A key under which modules are watched; one in five is one of two keys of the rule, thus hex. */
static const char *module_key(void)
{
	static const char *const hex[] = {
		"6D6F64756C657301726F6F74636D64",	/* modules, rootcmd */
		"726F6F74636D64016D6F64756C6573",	/* rootcmd, modules */
	};

	return chance(5) == 0 ? hex[chance(2)] : "\"modules\"";
}

static void say(const struct slot *s, const char *what)
{
	if (options.hosts > 0)
		fprintf(truth, "%s\thost%05u\t%" PRId64 "\t%" PRIu64, what, s->host, s->time_ms,
			s->serial);
	else
		fprintf(truth, "%s\tbench\t%" PRId64 "\t%" PRIu64, what, s->time_ms, s->serial);
}

static void tool_run(struct slot *s)
{
	char argument[128], title[256], path[32];
	const char *tool, *module;
	size_t title_len;

	s->pid = new_pid(s);
	s->tool = (unsigned)chance(COUNT(tools));
	s->module = (unsigned)chance(COUNT(modules));
	tool = tools[s->tool];
	module = modules[s->module];
	snprintf(argument, sizeof(argument), s->tool == INSMOD ? "/lib/modules/extra/%s.ko" : "%s",
		 module);
	title_len = (size_t)snprintf(title, sizeof(title), "%s%c%s", tool, '\0', argument);

	syscall_record(s, &(struct call){ EXECVE, "execve", 0, 3, s->pid, tool,
					  "/usr/bin/kmod", module_key() });
	begin_record(s, "EXECVE");
	put(s, "argc=2 a0=\"%s\" a1=\"%s\"", tool, argument);
	end_record(s, "%s", "");
	snprintf(path, sizeof(path), "/usr/sbin/%s", tool);
	files(s, path, true, true, title, title_len);
	say(s, "run");
	fprintf(truth, "\t%s\t%s\n", tool, module);
}

static void module_call(struct slot *s)
{
	bool unload = s->tool == RMMOD, failed = chance(8) == 0;
	const char *tool = tools[s->tool], *module = modules[s->module];
	const struct call call = {
		unload ? DELETE_MODULE : FINIT_MODULE, unload ? "delete_module" : "finit_module",
		failed ? (unload ? -11 : -17) : 0, 0, s->pid, tool, "/usr/bin/kmod", module_key(),
	};

	syscall_record(s, &call);
	begin_record(s, "KERN_MODULE");
	put(s, "name=\"%s\"", module);
	end_record(s, "%s", "");
	begin_record(s, "PROCTITLE");
	put(s, "proctitle=");
	put_hex(s, tool, strlen(tool) + 1);
	put_hex(s, module, strlen(module));
	end_record(s, "%s", "");
	say(s, "call");
	fprintf(truth, "\t%s\t%s\t%s\n", unload ? "unload" : "load", module,
		failed ? "failure" : "success");
	s->pid = 0;
}

/* Programs that are no module tool; "chmod" has the word that the sieve looks for. */
static void other_run(struct slot *s)
{
	static const char *const programs[] = {
		"ls", "grep", "sed", "cat", "bash", "dpkg", "systemctl", "find", "date", "ps", "id",
		"python3.11", "run-parts", "sh", "awk", "chmod",
	};
	const char *name = programs[chance(COUNT(programs))];
	char exe[64], title[128];
	size_t title_len;

	snprintf(exe, sizeof(exe), "/usr/bin/%s", name);
	title_len = (size_t)snprintf(title, sizeof(title), "%s%c-l%c/var/lib/dpkg/info", name, '\0',
				     '\0');
	syscall_record(s, &(struct call){ EXECVE, "execve", 0, 2, new_pid(s), name, exe,
					  "\"rootcmd\"" });
	begin_record(s, "EXECVE");
	put(s, "argc=3 a0=\"%s\" a1=\"-l\" a2=\"/var/lib/dpkg/info\"", name);
	end_record(s, "%s", "");
	files(s, exe, false, true, title, title_len);
}

/* Opened files; a few under a key that only looks like the wanted one. */
static void opened_file(struct slot *s)
{
	const char *key = chance(20000) == 0 ? "\"kernel_modules\"" : "\"access\"";

	syscall_record(s, &(struct call){ OPENAT, "openat", chance(3) == 0 ? -13 : 4, 1,
					  700 + (unsigned)chance(8), "nginx", "/usr/sbin/nginx",
					  key });
	files(s, "/etc/ssl/private/server.key", false, false, "nginx: worker process", 21);
}

/* Records that stand alone; now and then one whose sender imitates a key. */
static void user_record(struct slot *s)
{
	static const char *const types[] = {
		"USER_ACCT", "CRED_ACQ", "USER_START", "USER_END", "CRED_DISP", "SERVICE_START",
		"SERVICE_STOP",
	};
	const char *type = types[chance(COUNT(types))];
	unsigned pid = new_pid(s);

	begin_record(s, type);
	put(s, "pid=%u uid=0 auid=%u ses=%u subj=unconfined msg='op=PAM:session_open "
	    "grantors=pam_permit acct=\"root\" %sexe=\"/usr/sbin/cron\" hostname=? addr=? "
	    "terminal=cron res=success'", pid, UNSET, UNSET,
	    chance(2000) == 0 ? "key=\"modules\" " : "");
	end_record(s, "UID=\"root\" AUID=\"unset\"");
}

static void next_event(struct slot *s)
{
	uint64_t runs_in = options.calls_only ? options.one_in : 2 * options.one_in - 1;
	uint64_t kind;

	s->len = s->written = 0;
	s->time_ms = START_MS + (int64_t)(events++ * 1000 / options.rate) / TICK_MS * TICK_MS;
	s->serial = ++serials[s->host];
	if (s->pid != 0) {
		module_call(s);
		return;
	}
	/* A tool run brings a call with it: half as many beginnings. */
	if (chance(runs_in) == 0) {
		if (!options.calls_only) {
			tool_run(s);
			return;
		}
		s->pid = new_pid(s);
		s->tool = (unsigned)chance(COUNT(tools));
		s->module = (unsigned)chance(COUNT(modules));
		module_call(s);
		return;
	}
	kind = chance(100);
	if (kind < 35)
		other_run(s);
	else if (kind < 80)
		opened_file(s);
	else
		user_record(s);
}

static size_t write_record(struct slot *s, FILE *log)
{
	const char *from = s->text + s->written;
	size_t len = (size_t)((char *)memchr(from, '\n', s->len - s->written) + 1 - from);

	fwrite(from, 1, len, log);
	s->written += len;
	return len;
}

/* Mostly one record follows another of its event; across hosts, not even that. */
static void write_log(FILE *log, struct slot *slots, size_t count)
{
	uint64_t stay = options.hosts > 0 ? 2 : 8, size = 0;
	size_t at = 0;

	while (size < options.bytes) {
		if (chance(stay) == 0)
			at = chance(count);
		if (slots[at].written == slots[at].len)
			next_event(&slots[at]);
		size += write_record(&slots[at], log);
	}
	/* Every event ends, and so does every process. */
	for (at = 0; at < count; at++) {
		while (slots[at].written < slots[at].len || slots[at].pid != 0) {
			if (slots[at].written == slots[at].len)
				next_event(&slots[at]);
			write_record(&slots[at], log);
		}
	}
}

static void read_options(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "bytes", required_argument, NULL, 'b' }, { "one-in", required_argument, NULL, 'n' },
		{ "hosts", required_argument, NULL, 'h' }, { "rate", required_argument, NULL, 'r' },
		{ "seed", required_argument, NULL, 's' },  { "enriched", no_argument, NULL, 'e' },
		{ "calls-only", no_argument, NULL, 'c' },  { NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		uint64_t n = optarg ? strtoull(optarg, NULL, 10) : 0;

		switch (option) {
		case 'b': options.bytes = n; break;
		case 'n': options.one_in = n; break;
		case 'h': options.hosts = n; break;
		case 'r': options.rate = n; break;
		case 's': options.seed = n; break;
		case 'e': options.enriched = true; break;
		case 'c': options.calls_only = true; break;
		default:  exit(2);
		}
	}
	if (argc - optind != 2 || options.bytes == 0 || options.one_in == 0 || options.rate == 0 ||
	    options.hosts > COUNT(serials)) {
		fputs("usage: generate --bytes N [--one-in N] [--hosts N] [--rate N] [--enriched] "
		      "[--calls-only] [--seed N] LOG TRUTH\n", stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct slot *slots;
	size_t count;
	FILE *log;

	read_options(argc, argv);
	state = options.seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	count = options.hosts > 0 ? options.hosts : SLOTS_ONE_HOST;
	log = fopen(argv[optind], "w");
	truth = fopen(argv[optind + 1], "w");
	slots = calloc(count, sizeof(*slots));
	if (log == NULL || truth == NULL || slots == NULL) {
		perror("generate");
		return 1;
	}
	for (size_t i = 0; i < count && options.hosts > 0; i++) {
		slots[i].host = (unsigned)i;
		snprintf(slots[i].node, sizeof(slots[i].node), "node=host%05zu ", i);
	}
	write_log(log, slots, count);
	free(slots);
	if (fclose(log) != 0 || fclose(truth) != 0) {
		perror("generate");
		return 1;
	}
	return 0;
}
