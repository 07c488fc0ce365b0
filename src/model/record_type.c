#include "model/record_type.h"

#include <stdbool.h>
#include <string.h>

#define TYPE(name, role, place) { { name, sizeof(name) - 1 }, role, place }
#define UNKNOWN "UNKNOWN["
#define AUXILIARY(name) TYPE(name, RECORD_AUXILIARY, PLACE_OTHER)

const struct record_type likely_types[] = {
	[LIKELY_PATH] = TYPE("PATH", RECORD_AUXILIARY, PLACE_PATH),
	[LIKELY_SYSCALL] = TYPE("SYSCALL", RECORD_SYSCALL, PLACE_SYSCALL),
	[LIKELY_PROCTITLE] = TYPE("PROCTITLE", RECORD_END, PLACE_PROCTITLE),
	[LIKELY_CWD] = TYPE("CWD", RECORD_AUXILIARY, PLACE_CWD),
	[LIKELY_EXECVE] = TYPE("EXECVE", RECORD_EXECVE, PLACE_EXECVE),
};

/* Frequent families of which the kernel has no type. */
static const struct record_type senders[] = {
	TYPE("USER_", RECORD_USER, PLACE_OTHER),
	TYPE("CRED_", RECORD_USER, PLACE_OTHER),
	TYPE("SERVICE_", RECORD_USER, PLACE_OTHER),
};

/* The other types that the kernel may put into one event with others. */
static const struct record_type kernel_types[] = {
	AUXILIARY("SOCKADDR"),
	TYPE("EOE", RECORD_END, PLACE_EOE),
	TYPE("KERN_MODULE", RECORD_FACT, PLACE_KERN_MODULE),
	TYPE("CONFIG_CHANGE", RECORD_FACT, PLACE_CONFIG_CHANGE),
	AUXILIARY("LOGIN"),
	AUXILIARY("AVC"),
	AUXILIARY("AVC_PATH"),
	AUXILIARY("BPF"),
	AUXILIARY("BPRM_FCAPS"),
	AUXILIARY("CAPSET"),
	AUXILIARY("DM_CTRL"),
	AUXILIARY("DM_EVENT"),
	AUXILIARY("EVENT_LISTENER"),
	AUXILIARY("FANOTIFY"),
	AUXILIARY("FD_PAIR"),
	AUXILIARY("FEATURE_CHANGE"),
	AUXILIARY("INTEGRITY_DATA"),
	AUXILIARY("INTEGRITY_EVM_XATTR"),
	AUXILIARY("INTEGRITY_HASH"),
	AUXILIARY("INTEGRITY_METADATA"),
	AUXILIARY("INTEGRITY_PCR"),
	AUXILIARY("INTEGRITY_POLICY_RULE"),
	AUXILIARY("INTEGRITY_RULE"),
	AUXILIARY("INTEGRITY_STATUS"),
	AUXILIARY("IPC"),
	AUXILIARY("IPC_SET_PERM"),
	AUXILIARY("IPE_ACCESS"),
	AUXILIARY("IPE_CONFIG_CHANGE"),
	AUXILIARY("IPE_POLICY_LOAD"),
	AUXILIARY("KERNEL_OTHER"),
	AUXILIARY("LANDLOCK_ACCESS"),
	AUXILIARY("LANDLOCK_DOMAIN"),
	AUXILIARY("MMAP"),
	AUXILIARY("MQ_GETSETATTR"),
	AUXILIARY("MQ_NOTIFY"),
	AUXILIARY("MQ_OPEN"),
	AUXILIARY("MQ_SENDRECV"),
	AUXILIARY("NETFILTER_CFG"),
	AUXILIARY("NETFILTER_PKT"),
	AUXILIARY("OBJ_PID"),
	AUXILIARY("OPENAT2"),
	AUXILIARY("REPLACE"),
	AUXILIARY("SECCOMP"),
	AUXILIARY("SELINUX_ERR"),
	AUXILIARY("SOCKETCALL"),
	AUXILIARY("TIME_ADJNTPVAL"),
	AUXILIARY("TIME_INJOFFSET"),
	AUXILIARY("TTY"),
	AUXILIARY("URINGOP"),
	AUXILIARY("ANOM_ABEND"),
	AUXILIARY("ANOM_CREAT"),
	AUXILIARY("ANOM_LINK"),
	AUXILIARY("ANOM_PROMISCUOUS"),
};

/* Families of names: the first that a name begins with decides. */
static const struct record_type families[] = {
	TYPE("DAEMON_", RECORD_DAEMON, PLACE_OTHER),
	TYPE("KERNEL", RECORD_DAEMON, PLACE_OTHER),
	TYPE("APPARMOR", RECORD_AUXILIARY, PLACE_OTHER),
	TYPE("MAC_CHECK", RECORD_USER, PLACE_OTHER),
	TYPE("MAC_", RECORD_AUXILIARY, PLACE_OTHER),
	TYPE("", RECORD_USER, PLACE_OTHER),
};

/* The types that matter here, by number (linux/audit.h, libaudit.h). */
static const struct {
	unsigned number;
	struct bytes name;
} numbers[] = {
#define NUMBER(number, name) { number, { name, sizeof(name) - 1 } }
	NUMBER(1121, "TRUSTED_APP"),
	NUMBER(1200, "DAEMON_START"),
	NUMBER(1201, "DAEMON_END"),
	NUMBER(1300, "SYSCALL"),
	NUMBER(1302, "PATH"),
	NUMBER(1305, "CONFIG_CHANGE"),
	NUMBER(1307, "CWD"),
	NUMBER(1309, "EXECVE"),
	NUMBER(1320, "EOE"),
	NUMBER(1327, "PROCTITLE"),
	NUMBER(1330, "KERN_MODULE"),
	NUMBER(2000, "KERNEL"),
#undef NUMBER
};

/* Ranges of numbers from which records come that are an event each. */
static const struct {
	unsigned from, to;
	struct record_type type;
} alone[] = {
	{ 1100, 1199, TYPE(UNKNOWN, RECORD_USER, PLACE_OTHER) },
	{ 1200, 1299, TYPE(UNKNOWN, RECORD_DAEMON, PLACE_OTHER) },
	{ 2100, 2999, TYPE(UNKNOWN, RECORD_USER, PLACE_OTHER) },
};

/* The number of UNKNOWN[number]; 0: the name is none of these. */
static unsigned number_of(struct bytes name)
{
	const struct bytes start = { UNKNOWN, sizeof(UNKNOWN) - 1 };
	unsigned number = 0;
	size_t i = start.len;

	if (!bytes_start_with(name, start))
		return 0;
	for (; i < name.len && name.data[i] >= '0' && name.data[i] <= '9' && number < 100000; i++)
		number = number * 10 + (unsigned)(name.data[i] - '0');
	return i + 1 == name.len && name.data[i] == ']' ? number : 0;
}

struct bytes record_type_name(struct bytes type)
{
	unsigned number = number_of(type);

	for (size_t i = 0; i < ARRAY_SIZE(numbers) && number != 0; i++)
		if (numbers[i].number == number)
			return numbers[i].name;
	return type;
}

/* What number says of a type without a name. */
static const struct record_type *type_in_range(unsigned number)
{
	static const struct record_type of_kernel = AUXILIARY(UNKNOWN);

	for (size_t i = 0; i < ARRAY_SIZE(alone); i++)
		if (number >= alone[i].from && number <= alone[i].to)
			return &alone[i].type;
	return &of_kernel;
}

const struct record_type *record_type(struct bytes name)
{
	const struct record_type *type;

	for (type = likely_types; type < likely_types + ARRAY_SIZE(likely_types); type++)
		if (type->name.len == name.len && bytes_start_with(name, type->name))
			return type;
	for (type = senders; type < senders + ARRAY_SIZE(senders); type++)
		if (bytes_start_with(name, type->name))
			return type;
	for (type = kernel_types; type < kernel_types + ARRAY_SIZE(kernel_types); type++)
		if (type->name.len == name.len && bytes_start_with(name, type->name))
			return type;
	if (bytes_start_with(name, (struct bytes){ UNKNOWN, sizeof(UNKNOWN) - 1 })) {
		struct bytes known = record_type_name(name);

		return known.data != name.data ? record_type(known) : type_in_range(number_of(name));
	}
	type = families;
	while (!bytes_start_with(name, type->name))
		type++;
	return type;
}
