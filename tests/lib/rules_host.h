/*
 * A made-up host for tests of rules and predictions: Debian 12 on x86-64, with
 * kmod behind its symbolic links. No test asks the machine that it runs on.
 */
#ifndef MODTRAIL_TESTS_RULES_HOST_H
#define MODTRAIL_TESTS_RULES_HOST_H

#include "rules/predict.h"

enum { INODE_KMOD = 299, INODE_INSMOD = 361, INODE_RMMOD, INODE_LSMOD, INODE_MODINFO,
       INODE_MODPROBE, INODE_LOADER = 400, INODE_PROBE, INODE_BUSYBOX, INODE_COPY,
       INODE_OTHER_LINK, INODE_FOLDER };

struct test_host {
	struct paths paths;
	struct host_facts facts;
};

void test_host_init(struct test_host *h, bool tomoyo);
void test_host_release(struct test_host *h);

/* Adds a file; target NULL: no symbolic link. */
void test_host_file(struct test_host *h, const char *path, uint64_t inode, const char *target,
		    uint64_t target_inode);
void test_host_folder(struct test_host *h, const char *path, uint64_t inode);

/* A name that is not there; folder: whether the folder is. */
void test_host_absent(struct test_host *h, const char *path, bool folder);

static inline struct file_id inode(uint64_t ino)
{
	return (struct file_id){ 1, ino };
}

/* Reads rules; fails the test on an error. s is initialised here. */
void read_rules(struct ruleset *s, struct test_host *h, const char *text);
void read_rule_file(struct ruleset *s, struct test_host *h, const char *path);

/* The same for a text that is one rule. */
struct rule *read_rule(struct ruleset *s, struct test_host *h, const char *text);

/* For tests that share one host, with TOMOYO. */
extern struct test_host test_host;
int set_up_host(void **state);
int tear_down_host(void **state);

/* Is libaudit's native machine x86-64? b32 and b64 mean something else elsewhere. */
bool on_x86_64(void);

#endif
