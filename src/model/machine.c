#include "model/machine.h"

#include <stddef.h>

#define ARCH_64BIT UINT32_C(0x80000000)		/* __AUDIT_ARCH_64BIT */
#define ARCH_X86_64 UINT32_C(0xc000003e)
#define X32_BIT (INT64_C(1) << 30)		/* __X32_SYSCALL_BIT */

/* x32 has execs of its own; its module calls have the numbers of x86-64. */
enum { X32_EXECVE = 520, X32_EXECVEAT = 545 };

static const struct machine {
	struct abi_calls calls;
	uint32_t compat;	/* what else its kernel may be entered as; 0: nothing */
	const char *name;
} machines[] = {
	/* init_module, finit_module, delete_module, execve, execveat */
	{ { ARCH_X86_64, 175, 313, 176,  59, 322 }, 0x40000003, "x86_64" },
	{ { 0x40000003,  128, 350, 129,  11, 358 }, 0,          "i386" },
	{ { 0xc00000b7,  105, 273, 106, 221, 281 }, 0x40000028, "aarch64" },
	{ { 0x40000028,  128, 379, 129,  11, 387 }, 0,          "arm" },
	{ { 0xc0000015,  128, 353, 129,  11, 362 }, 0,          "ppc64le" },
	{ { 0x80000015,  128, 353, 129,  11, 362 }, 0x00000014, "ppc64" },
	{ { 0x00000014,  128, 353, 129,  11, 362 }, 0,          "ppc" },
	{ { 0x80000016,  128, 344, 129,  11, 354 }, 0x00000016, "s390x" },
	{ { 0x00000016,  128, 344, 129,  11, 354 }, 0,          "s390" },
	{ { 0xc00000f3,  105, 273, 106, 221, 281 }, 0,          "riscv64" },
	{ { 0xc0000102,  105, 273, 106, 221, 281 }, 0,          "loongarch64" },
};

static const struct machine *find(uint32_t arch)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].calls.arch == arch)
			return &machines[i];
	return NULL;
}

static enum module_call module_call_of(const struct machine *m, int64_t number)
{
	if (number == m->calls.init_module)
		return CALL_INIT;
	if (number == m->calls.finit_module)
		return CALL_FINIT;
	if (number == m->calls.delete_module)
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
	out->exec |= number == m->calls.execve || number == m->calls.execveat;
	out->call = module_call_of(m, number);
	return true;
}

bool machine_entries(uint32_t arch, struct abi_calls abi[2])
{
	const struct machine *m = find(arch), *compat = m ? find(m->compat) : NULL;

	abi[0] = abi[1] = (struct abi_calls){ 0, -1, -1, -1, -1, -1 };
	if (m == NULL)
		return false;
	abi[0] = m->calls;
	if (compat != NULL)
		abi[1] = compat->calls;
	return true;
}

const char *machine_name(uint32_t arch)
{
	const struct machine *m = find(arch);

	return m ? m->name : NULL;
}
