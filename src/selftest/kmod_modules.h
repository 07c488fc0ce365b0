/*
 * The modules of this host: which are loaded now, and which one is harmless
 * enough to be loaded for a test. The only file that includes libkmod.h, which
 * is loaded when it is first needed: without it these functions say so (ERR_INPUT).
 */
#ifndef MODTRAIL_SELFTEST_KMOD_MODULES_H
#define MODTRAIL_SELFTEST_KMOD_MODULES_H

#include "base/error.h"
#include "model/event.h"

#include <limits.h>
#include <stdbool.h>

#define MODULE_NAME_MAX 56	/* MODULE_NAME_LEN of the kernel, with the NUL */

struct test_module {
	char name[MODULE_NAME_MAX];	/* as the kernel spells it */
	char file[PATH_MAX];
	const char *option;		/* that keeps it harmless: "numdummies=0"; NULL: none */
};

/*
 * Chooses a module that can be loaded and unloaded without a trace: part of the
 * kernel's tree, not loaded, not built in, needing no other that is not loaded,
 * without commands of its own in modprobe.d, and not blacklisted. The first fit
 * one of a list of harmless ones, or wanted.
 *
 * folder: the modules' folder, NULL for that of the running kernel.
 * ERR_INPUT: none of the list is fit, or wanted is not, and why.
 */
must_check int test_module_choose(struct test_module *out, const char *wanted, const char *folder,
				  struct error *err);

/* Is it in the kernel's list, in whatever state? */
bool module_is_loaded(const char *name);

/*
 * Unloads a module that nobody uses. Returns 0, also if it is not loaded;
 * ERR_SYSTEM if it is in use or the kernel refuses.
 */
must_check int module_unload(const char *name, struct error *err);

/*
 * Which call kmod of this version (0: unknown) makes to load file: it unpacks
 * what is packed itself and calls init_module, unless the kernel does that kind
 * (decompresses: "xz" ..., "" for none) and kmod knows it, from version 31 on.
 */
enum module_call module_load_call(const char *file, unsigned kmod, const char *decompresses);

#endif
