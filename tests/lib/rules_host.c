#include "rules_host.h"

#include "test.h"

#include <sys/utsname.h>

struct test_host test_host;

void test_host_file(struct test_host *h, const char *path, uint64_t ino, const char *target,
		    uint64_t target_inode)
{
	struct path_fact f = {
		.path = (char *)path, .place = (char *)path,
		.real = (char *)(target ? target : path), .folder = true, .exists = true,
		.symlink = target != NULL, .self = inode(ino),
		.file = inode(target ? target_inode : ino), .file_mode = 0100755,
	};

	assert_true(paths_put(&h->paths, &f));
}

void test_host_folder(struct test_host *h, const char *path, uint64_t ino)
{
	struct path_fact f = {
		.path = (char *)path, .place = (char *)path, .real = (char *)path, .folder = true,
		.exists = true, .directory = true, .self = inode(ino), .file = inode(ino),
		.file_mode = 040755,
	};

	assert_true(paths_put(&h->paths, &f));
}

void test_host_absent(struct test_host *h, const char *path, bool folder)
{
	struct path_fact f = { .path = (char *)path, .folder = folder };

	assert_true(paths_put(&h->paths, &f));
}

void test_host_init(struct test_host *h, bool tomoyo)
{
	paths_init(&h->paths, false);
	h->facts = (struct host_facts){ .audit_enabled = 1, .tomoyo = tomoyo, .paths = &h->paths,
					.login_uid = 1000 };
	assert_true(rules_machine(h->facts.abi, "x86_64"));
	test_host_file(h, "/usr/bin/kmod", INODE_KMOD, NULL, 0);
	test_host_file(h, "/usr/sbin/insmod", INODE_INSMOD, "/usr/bin/kmod", INODE_KMOD);
	test_host_file(h, "/usr/sbin/rmmod", INODE_RMMOD, "/usr/bin/kmod", INODE_KMOD);
	test_host_file(h, "/usr/sbin/modprobe", INODE_MODPROBE, "/usr/bin/kmod", INODE_KMOD);
	test_host_file(h, "/usr/bin/lsmod", INODE_LSMOD, "/usr/bin/kmod", INODE_KMOD);
	test_host_file(h, "/usr/sbin/modinfo", INODE_MODINFO, "/usr/bin/kmod", INODE_KMOD);
	test_host_file(h, "/lib64/ld-linux-x86-64.so.2", INODE_LOADER,
		       "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", INODE_LOADER + 100);
	test_host_absent(h, "/no/such/folder/insmod", false);
	test_host_folder(h, "/etc", INODE_FOLDER + 10);
	test_host_file(h, "/etc/passwd", INODE_FOLDER + 11, NULL, 0);
	test_host_file(h, "/etc/group", INODE_FOLDER + 12, NULL, 0);
	test_host_file(h, "/etc/shadow", INODE_FOLDER + 13, NULL, 0);
	test_host_absent(h, "/etc/nothing", true);
	test_host_absent(h, "/nowhere/at/all", false);
}

void test_host_release(struct test_host *h)
{
	paths_release(&h->paths);
}

void read_rules(struct ruleset *s, struct test_host *h, const char *text)
{
	struct bytes bytes = { text, strlen(text) };
	struct error err = { "" };

	ruleset_init(s);
	if (rules_read_text(s, "test.rules", bytes, &h->paths, &err) < 0)
		fail_msg("%s", err.text);
}

void read_rule_file(struct ruleset *s, struct test_host *h, const char *path)
{
	struct error err = { "" };

	ruleset_init(s);
	if (rules_read(s, path, &h->paths, &err) < 0)
		fail_msg("%s", err.text);
}

struct rule *read_rule(struct ruleset *s, struct test_host *h, const char *text)
{
	read_rules(s, h, text);
	if (s->loaded.count != 1)
		fail_msg("%s: %s", text, s->problem_count ? s->problems[0].reason : "no rule");
	return s->loaded.rule[0];
}

int set_up_host(void **state)
{
	(void)state;
	test_host_init(&test_host, true);
	return 0;
}

int tear_down_host(void **state)
{
	(void)state;
	test_host_release(&test_host);
	return 0;
}

bool on_x86_64(void)
{
	struct utsname uts;

	return uname(&uts) == 0 && strcmp(uts.machine, "x86_64") == 0;
}
