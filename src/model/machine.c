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
	/* init_module, finit_module, delete_module, execve, execveat; of the kernel's syscall.tbl */
	{ { ARCH_X86_64,  175,  313,  176,   59,  322 }, 0x40000003, "x86_64" },
	{ { 0x40000003,  128,  350,  129,   11,  358 }, 0,          "i386" },
	{ { 0xc00000b7,  105,  273,  106,  221,  281 }, 0x40000028, "aarch64" },
	{ { 0x40000028,  128,  379,  129,   11,  387 }, 0,          "arm" },
	{ { 0xc0000015,  128,  353,  129,   11,  362 }, 0,          "ppc64le" },
	{ { 0x80000015,  128,  353,  129,   11,  362 }, 0x00000014, "ppc64" },
	{ { 0x00000014,  128,  353,  129,   11,  362 }, 0,          "ppc" },
	{ { 0x80000016,  128,  344,  129,   11,  354 }, 0x00000016, "s390x" },
	{ { 0x00000016,  128,  344,  129,   11,  354 }, 0,          "s390" },
	{ { 0xc00000f3,  105,  273,  106,  221,  281 }, 0,          "riscv64" },
	{ { 0xc0000102,  105,  273,  106,  221,  281 }, 0,          "loongarch64" },
	{ { 0x00000028,  128,  379,  129,   11,  387 }, 0,          "armeb" },
	{ { 0xc0000008, 5168, 5307, 5169, 5057, 5316 }, 0x40000008, "mips64el" },
	{ { 0x80000008, 5168, 5307, 5169, 5057, 5316 }, 0x00000008, "mips64" },
	{ { 0xe0000008, 6168, 6312, 6169, 6057, 6320 }, 0,          "mips64eln32" },
	{ { 0xa0000008, 6168, 6312, 6169, 6057, 6320 }, 0,          "mips64n32" },
	{ { 0x40000008, 4128, 4348, 4129, 4011, 4356 }, 0,          "mipsel" },
	{ { 0x00000008, 4128, 4348, 4129, 4011, 4356 }, 0,          "mips" },
	{ { 0xc0000032, 1133, 1335, 1134, 1033, 1342 }, 0,          "ia64" },
	{ { 0xc0009026,  307,  507,  308,   59,  513 }, 0,          "alpha" },
	{ { 0x8000002b,  190,  342,  222,   59,  350 }, 0x00000002, "sparc64" },
	{ { 0x00000002,  190,  342,  222,   59,  350 }, 0,          "sparc" },
	{ { 0x8000000f,  128,  333,  129,   11,  342 }, 0x0000000f, "parisc64" },
	{ { 0x0000000f,  128,  333,  129,   11,  342 }, 0,          "parisc" },
	{ { 0x00000004,  128,  348,  129,   11,  355 }, 0,          "m68k" },
	{ { 0x4000002a,  128,  368,  129,   11,  376 }, 0,          "sh" },
	{ { 0x0000002a,  128,  368,  129,   11,  376 }, 0,          "sheb" },
	{ { 0x400000bd,  128,  380,  129,   11,  388 }, 0,          "microblazeel" },
	{ { 0x000000bd,  128,  380,  129,   11,  388 }, 0,          "microblaze" },
	{ { 0x0000005e,  210,  332,  211,  117,  341 }, 0,          "xtensa" },
	/* Those that came late have the numbers of asm-generic/unistd.h. */
	{ { 0x400000f3,  105,  273,  106,  221,  281 }, 0,          "riscv32" },
	{ { 0x40000102,  105,  273,  106,  221,  281 }, 0,          "loongarch32" },
	{ { 0x4000005d,  105,  273,  106,  221,  281 }, 0,          "arcompact" },
	{ { 0x0000005d,  105,  273,  106,  221,  281 }, 0,          "arcompacteb" },
	{ { 0x400000c3,  105,  273,  106,  221,  281 }, 0,          "arcv2" },
	{ { 0x000000c3,  105,  273,  106,  221,  281 }, 0,          "arcv2eb" },
	{ { 0x4000008c,  105,  273,  106,  221,  281 }, 0,          "c6x" },
	{ { 0x0000008c,  105,  273,  106,  221,  281 }, 0,          "c6xeb" },
	{ { 0x400000fc,  105,  273,  106,  221,  281 }, 0,          "csky" },
	{ { 0x000000a4,  105,  273,  106,  221,  281 }, 0,          "hexagon" },
	{ { 0x400000a7,  105,  273,  106,  221,  281 }, 0,          "nds32" },
	{ { 0x000000a7,  105,  273,  106,  221,  281 }, 0,          "nds32eb" },
	{ { 0x40000071,  105,  273,  106,  221,  281 }, 0,          "nios2" },
	{ { 0x0000005c,  105,  273,  106,  221,  281 }, 0,          "openrisc" },
	{ { 0xc00000bf,  105,  273,  106,  221,  281 }, 0x400000bf, "tilegx" },
	{ { 0x400000bf,  105,  273,  106,  221,  281 }, 0,          "tilegx32" },
	{ { 0x400000bc,  105,  273,  106,  221,  281 }, 0,          "tilepro" },
	{ { 0x4000006e,  105,  273,  106,  221,  281 }, 0,          "unicore32" },
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
