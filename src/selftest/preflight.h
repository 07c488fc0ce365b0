/*
 * Takes stock of this host before a self-test: what the rules say, how audit
 * stands, and what this machine can and cannot do. Looks only, changes nothing.
 */
#ifndef MODTRAIL_SELFTEST_PREFLIGHT_H
#define MODTRAIL_SELFTEST_PREFLIGHT_H

#include "rules/auditd_conf.h"
#include "rules/predict.h"
#include "selftest/process.h"

/* What the files of /proc, /sys and /run say. */
struct host_env {
	char container[64];	/* what says that we are in one; "": we are not */
	bool filtered;		/* by seccomp: calls of this process may be refused before audit */
	bool modules_disabled;	/* kernel.modules_disabled=1: nothing can be loaded or unloaded */
	char lockdown[32];	/* "none", "integrity", "confidentiality"; "": no such LSM */
	bool signed_only;	/* modules must be signed */
	bool audit_at_boot;	/* audit=1 on the kernel's command line */
	char decompresses[16];	/* what the kernel unpacks itself: "xz" ...; "": nothing */
	char lsm[256];		/* "lockdown,yama,tomoyo" */
	int64_t login;		/* this process's own login id; ID_UNSET; NUM_NONE: unknown */
	struct processes older;	/* than auditing; none with audit_at_boot */
};

/* root: "" for this host, else a folder that stands for it. What cannot be read is unknown. */
void host_env_read(struct host_env *out, const char *root);

struct preflight {
	struct kernel_status status;
	struct host_env here;
	struct paths paths;
	struct host_facts host;		/* abi[1].arch is 0 where 32-bit calls are impossible */
	struct ruleset files, kernel;
	struct rules_home home;		/* where files were read */
	struct auditd_conf conf;
	unsigned kmod;			/* version of the kmod tool; 0: unknown */
	char problem[512];		/* a file that could not be read; "" if all could */
};

/*
 * Fills *s; release it in any case. ERR_SYSTEM with one line that says why a
 * self-test is impossible here: not root, in a container.
 */
must_check int preflight_read(struct preflight *s, struct error *err);
void preflight_release(struct preflight *s);

/* Does this processor take 32-bit calls by int 0x80? Tried in a child. */
bool preflight_has_entry32(void);

#endif
