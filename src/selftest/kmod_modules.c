#include "selftest/kmod_modules.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KMOD_UNPACKS_IN_KERNEL 31

/*
 * Libraries that others use: they register nothing that anybody sees. Last, the
 * driver of a network device that need not be made.
 */
static const struct candidate {
	const char *name, *option;
} candidates[] = {
	{ "crc7", NULL }, { "crc8", NULL }, { "crc4", NULL }, { "cordic", NULL },
	{ "ts_kmp", NULL }, { "ts_bm", NULL }, { "ts_fsm", NULL }, { "lru_cache", NULL },
	{ "bch", NULL }, { "crc_itu_t", NULL },
	{ "dummy", "numdummies=0" },	/* else it makes an interface */
};

/*
 * libkmod is loaded when it is first needed: it brings libcrypto with it, a quarter
 * of the time that it takes to start a program, and only a self-test asks it.
 */
#define LIBKMOD "libkmod.so.2"
#define LIBKMOD_CALLS(CALL) \
	CALL(kmod_config_get_blacklists) CALL(kmod_config_iter_free_iter) \
	CALL(kmod_config_iter_get_key) CALL(kmod_config_iter_next) CALL(kmod_list_next) \
	CALL(kmod_module_get_dependencies) CALL(kmod_module_get_initstate) \
	CALL(kmod_module_get_install_commands) CALL(kmod_module_get_module) \
	CALL(kmod_module_get_name) CALL(kmod_module_get_path) CALL(kmod_module_get_refcnt) \
	CALL(kmod_module_get_remove_commands) CALL(kmod_module_get_softdeps) \
	CALL(kmod_module_new_from_name) CALL(kmod_module_remove_module) \
	CALL(kmod_module_unref) CALL(kmod_module_unref_list) CALL(kmod_new) \
	CALL(kmod_set_log_fn) CALL(kmod_unref)

static struct {
#define POINTER(name) __typeof__(name) *name;
	LIBKMOD_CALLS(POINTER)
} lib;

/* NULL, or why not. */
static const char *load_libkmod(void)
{
	static void *handle;

	if (handle == NULL && (handle = dlopen(LIBKMOD, RTLD_NOW)) == NULL)
		return dlerror();
#define LOOK_UP(name) \
	if (lib.name == NULL && (lib.name = (__typeof__(name) *)dlsym(handle, #name)) == NULL) \
		return "it lacks " #name "()";
	LIBKMOD_CALLS(LOOK_UP)
	return NULL;
}

static void kmod_unrefp(struct kmod_ctx **ctx)
{
	if (*ctx != NULL)
		lib.kmod_unref(*ctx);
}

static void module_unrefp(struct kmod_module **module)
{
	if (*module != NULL)
		lib.kmod_module_unref(*module);
}

static void list_freep(struct kmod_list **list)
{
	lib.kmod_module_unref_list(*list);
}

/* It would write to stderr. */
static void be_quiet(void *data, int priority, const char *file, int line, const char *function,
		     const char *format, va_list arguments)
{
	(void)data;
	(void)priority;
	(void)file;
	(void)line;
	(void)function;
	(void)format;
	(void)arguments;
}

static int open_kmod(struct kmod_ctx **out, const char *folder, struct error *err)
{
	const char *why = load_libkmod();

	if (why != NULL)
		return error_set(err, ERR_INPUT, "cannot use " LIBKMOD " (%s): install what your "
				 "distribution has it in, such as the package libkmod2", why);
	if ((*out = lib.kmod_new(folder, NULL)) == NULL)
		return error_set(err, ERR_INPUT, "cannot read the kernel's modules");
	lib.kmod_set_log_fn(*out, be_quiet, NULL);
	return 0;
}

bool module_is_loaded(const char *name)
{
	char path[sizeof("/sys/module//initstate") + MODULE_NAME_MAX];

	/* What is built in may have a folder there, too, but no state. */
	snprintf(path, sizeof(path), "/sys/module/%.*s/initstate", MODULE_NAME_MAX, name);
	return access(path, F_OK) == 0;
}

int module_unload(const char *name, struct error *err)
{
	AUTO(kmod_unrefp) struct kmod_ctx *ctx = NULL;
	AUTO(module_unrefp) struct kmod_module *module = NULL;
	int rc;

	if (!module_is_loaded(name))
		return 0;
	if ((rc = open_kmod(&ctx, NULL, err)) < 0)
		return rc;
	if (lib.kmod_module_new_from_name(ctx, name, &module) < 0)
		return error_set(err, ERR_NOMEM, "out of memory");
	if (lib.kmod_module_get_refcnt(module) > 0)
		return error_set(err, ERR_SYSTEM, "module '%s' is in use by now, so it is left "
				 "loaded: unload it when it is free", name);
	rc = lib.kmod_module_remove_module(module, KMOD_REMOVE_NOWAIT);
	if (rc < 0 && rc != -ENOENT)
		return error_set(err, ERR_SYSTEM, "cannot unload module '%s': %s", name,
				 strerror(-rc));
	return 0;
}

static bool is_blacklisted(struct kmod_ctx *ctx, struct kmod_module *module)
{
	struct kmod_config_iter *at = lib.kmod_config_get_blacklists(ctx);
	bool found = false;

	while (at != NULL && lib.kmod_config_iter_next(at))
		found |= strcmp(lib.kmod_config_iter_get_key(at), lib.kmod_module_get_name(module)) == 0;
	lib.kmod_config_iter_free_iter(at);
	return found;
}

static bool needs_more(struct kmod_module *module)
{
	AUTO(list_freep) struct kmod_list *needed = lib.kmod_module_get_dependencies(module);
	AUTO(list_freep) struct kmod_list *before = NULL;
	AUTO(list_freep) struct kmod_list *after = NULL;
	struct kmod_list *l;

	(void)lib.kmod_module_get_softdeps(module, &before, &after);
	if (before != NULL || after != NULL)
		return true;
	for (l = needed; l != NULL; l = lib.kmod_list_next(needed, l)) {
		AUTO(module_unrefp) struct kmod_module *other = lib.kmod_module_get_module(l);

		if (!module_is_loaded(lib.kmod_module_get_name(other)) &&
		    lib.kmod_module_get_initstate(other) != KMOD_MODULE_BUILTIN)
			return true;
	}
	return false;
}

/* NULL if the module can be loaded and unloaded without a trace, else why not. */
static const char *unfit(struct kmod_ctx *ctx, struct kmod_module *module)
{
	const char *file = lib.kmod_module_get_path(module);
	int state = lib.kmod_module_get_initstate(module);

	if (module_is_loaded(lib.kmod_module_get_name(module)))
		return "is loaded already, and what is loaded is not touched";
	if (state == KMOD_MODULE_BUILTIN)
		return "is part of the kernel itself";
	if (file == NULL)
		return "is not among the kernel's modules";
	if (strstr(file, "/kernel/") == NULL)
		return "is not from the kernel's own tree";
	if (lib.kmod_module_get_install_commands(module) != NULL ||
	    lib.kmod_module_get_remove_commands(module) != NULL)
		return "has commands of its own in modprobe.d";
	if (needs_more(module))
		return "needs other modules, which would stay behind";
	return is_blacklisted(ctx, module) ? "is blacklisted" : NULL;
}

static const char *option_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++)
		if (strcmp(candidates[i].name, name) == 0)
			return candidates[i].option;
	return NULL;
}

/* Takes the module if it is fit; else *why says what is wrong with it. */
static bool take(struct test_module *out, struct kmod_ctx *ctx, const char *name, const char **why)
{
	AUTO(module_unrefp) struct kmod_module *module = NULL;
	const char *own, *file;

	*why = "has no possible name";
	if (lib.kmod_module_new_from_name(ctx, name, &module) < 0)
		return false;
	own = lib.kmod_module_get_name(module);
	if (strlen(own) >= sizeof(out->name))
		return false;
	if ((*why = unfit(ctx, module)) != NULL)
		return false;
	file = lib.kmod_module_get_path(module);
	if (strlen(file) >= sizeof(out->file))
		return false;
	strcpy(out->name, own);
	strcpy(out->file, file);
	out->option = option_of(own);
	return true;
}

int test_module_choose(struct test_module *out, const char *wanted, const char *folder,
		       struct error *err)
{
	AUTO(kmod_unrefp) struct kmod_ctx *ctx = NULL;
	const char *why = NULL;
	int rc;

	if ((rc = open_kmod(&ctx, folder, err)) < 0)
		return rc;
	if (wanted != NULL) {
		if (strchr(wanted, '/') == NULL && take(out, ctx, wanted, &why))
			return 0;
		return error_set(err, ERR_INPUT, "module '%s' %s: name another, or none", wanted,
				 why ? why : "is a path, not a name");
	}
	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++)
		if (take(out, ctx, candidates[i].name, &why))
			return 0;
	return error_set(err, ERR_INPUT, "no harmless module is free to be loaded: "
			 "name one by --module");
}

static const struct packing {
	const char *ending, *name;
} packings[] = { { ".xz", "xz" }, { ".zst", "zstd" }, { ".gz", "gzip" } };

enum module_call module_load_call(const char *file, unsigned kmod, const char *decompresses)
{
	size_t len = strlen(file);

	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		size_t ending = strlen(packings[i].ending);

		if (len < ending || strcmp(file + len - ending, packings[i].ending) != 0)
			continue;
		return kmod >= KMOD_UNPACKS_IN_KERNEL && strcmp(decompresses, packings[i].name) == 0
			       ? CALL_FINIT : CALL_INIT;
	}
	return CALL_FINIT;
}
