#include "model/machine.h"

#include <stddef.h>

#define ARCH_64BIT UINT32_C(0x80000000)		/* __AUDIT_ARCH_64BIT */
#define ARCH_X86_64 UINT32_C(0xc000003e)
#define X32_BIT (INT64_C(1) << 30)		/* __X32_SYSCALL_BIT */

/* x32 has execs of its own; its module calls have the numbers of x86-64. */
enum { X32_EXECVE = 520, X32_EXECVEAT = 545 };

static const struct machine {
	uint32_t arch;
	const char *name;
	int execve, execveat;
	int init_module, finit_module, delete_module;
} machines[] = {
	{ ARCH_X86_64, "x86_64",       59, 322, 175, 313, 176 },
	{ 0x40000003,  "i386",         11, 358, 128, 350, 129 },
	{ 0xc00000b7,  "aarch64",     221, 281, 105, 273, 106 },
	{ 0x40000028,  "arm",          11, 387, 128, 379, 129 },
	{ 0xc0000015,  "ppc64le",      11, 362, 128, 353, 129 },
	{ 0x80000015,  "ppc64",        11, 362, 128, 353, 129 },
	{ 0x00000014,  "ppc",          11, 362, 128, 353, 129 },
	{ 0x80000016,  "s390x",        11, 354, 128, 344, 129 },
	{ 0x00000016,  "s390",         11, 354, 128, 344, 129 },
	{ 0xc00000f3,  "riscv64",     221, 281, 105, 273, 106 },
	{ 0xc0000102,  "loongarch64", 221, 281, 105, 273, 106 },
};

static const struct machine *find(uint32_t arch)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].arch == arch)
			return &machines[i];
	return NULL;
}

static enum module_call module_call_of(const struct machine *m, int64_t number)
{
	if (number == m->init_module)
		return CALL_INIT;
	if (number == m->finit_module)
		return CALL_FINIT;
	if (number == m->delete_module)
		return CALL_DELETE;
	return CALL_NONE;
}

bool machine_call(uint32_t arch, int64_t number, struct machine_call *out)
{
	const struct machine *m = find(arch);

	*out = (struct machine_call){ .abi = arch & ARCH_64BIT ? ABI_B64 : ABI_B32 };
	if (m == NULL)
		return false;

	if (arch == ARCH_X86_64 && number >= 0 && (number & X32_BIT)) {
		number &= ~X32_BIT;
		out->abi = ABI_X32;
		out->exec = number == X32_EXECVE || number == X32_EXECVEAT;
	}
	out->exec |= number == m->execve || number == m->execveat;
	out->call = module_call_of(m, number);
	return true;
}

const char *machine_name(uint32_t arch)
{
	const struct machine *m = find(arch);

	return m ? m->name : NULL;
}
