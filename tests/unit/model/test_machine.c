#include "model/machine.h"

#include <stdarg.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <libaudit.h>
#include <seccomp.h>

static const int libaudit_machines[] = {
	MACH_X86, MACH_86_64, MACH_PPC64, MACH_PPC, MACH_S390X, MACH_S390, MACH_ARM,
	MACH_AARCH64, MACH_PPC64LE,
};

static void expect(int machine, const char *name, enum module_call call, bool exec)
{
	uint32_t arch = audit_machine_to_elf(machine);
	struct machine_call got;

	assert_true(machine_call(arch, audit_name_to_syscall(name, machine), &got));
	assert_int_equal(got.call, call);
	assert_int_equal(got.exec, exec);
	assert_int_equal(got.abi, arch & __AUDIT_ARCH_64BIT ? ABI_B64 : ABI_B32);
}

static void numbers_are_those_of_libaudit(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(libaudit_machines); i++) {
		int machine = libaudit_machines[i];

		expect(machine, "init_module", CALL_INIT, false);
		expect(machine, "finit_module", CALL_FINIT, false);
		expect(machine, "delete_module", CALL_DELETE, false);
		expect(machine, "execve", CALL_NONE, true);
		expect(machine, "execveat", CALL_NONE, true);
		expect(machine, "openat", CALL_NONE, false);
	}
}

/* The tokens of libseccomp are the kernel's AUDIT_ARCH_*, but for x32. */
static const uint32_t libseccomp_machines[] = {
	SCMP_ARCH_ARM, SCMP_ARCH_AARCH64, SCMP_ARCH_MIPS, SCMP_ARCH_MIPS64, SCMP_ARCH_MIPS64N32,
	SCMP_ARCH_MIPSEL, SCMP_ARCH_MIPSEL64, SCMP_ARCH_MIPSEL64N32, SCMP_ARCH_PARISC,
	SCMP_ARCH_PARISC64, SCMP_ARCH_PPC, SCMP_ARCH_PPC64, SCMP_ARCH_PPC64LE, SCMP_ARCH_RISCV64,
	SCMP_ARCH_S390, SCMP_ARCH_S390X, SCMP_ARCH_X86, SCMP_ARCH_X86_64,
};

static void expect_number(uint32_t arch, int number, enum module_call call, bool exec)
{
	struct machine_call got;

	assert_true(machine_call(arch, number, &got));
	assert_int_equal(got.call, call);
	assert_int_equal(got.exec, exec);
	assert_int_equal(got.abi, arch & __AUDIT_ARCH_64BIT ? ABI_B64 : ABI_B32);
}

static void numbers_are_those_of_libseccomp(void **state)
{
	static const struct { const char *name; enum module_call call; bool exec; } calls[] = {
		{ "init_module", CALL_INIT, false }, { "finit_module", CALL_FINIT, false },
		{ "delete_module", CALL_DELETE, false }, { "execve", CALL_NONE, true },
		{ "execveat", CALL_NONE, true }, { "openat", CALL_NONE, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(libseccomp_machines); i++)
		for (size_t k = 0; k < ARRAY_SIZE(calls); k++)
			expect_number(libseccomp_machines[i],
				      seccomp_syscall_resolve_name_arch(libseccomp_machines[i], calls[k].name),
				      calls[k].call, calls[k].exec);
}

/* Neither library knows them. From the kernel's headers for each. */
static void numbers_of_machines_that_no_library_knows(void **state)
{
	static const struct { uint32_t arch; int init, finit, delete, execve, execveat; } machines[] = {
		{ AUDIT_ARCH_ARMEB, 128, 379, 129, 11, 387 },
		{ AUDIT_ARCH_IA64, 1133, 1335, 1134, 1033, 1342 },
		{ AUDIT_ARCH_ALPHA, 307, 507, 308, 59, 513 },
		{ AUDIT_ARCH_SPARC, 190, 342, 222, 59, 350 },
		{ AUDIT_ARCH_SPARC64, 190, 342, 222, 59, 350 },
		{ AUDIT_ARCH_M68K, 128, 348, 129, 11, 355 },
		{ AUDIT_ARCH_SH, 128, 368, 129, 11, 376 },
		{ AUDIT_ARCH_SHEL, 128, 368, 129, 11, 376 },
		{ AUDIT_ARCH_XTENSA, 210, 332, 211, 117, 341 },
		{ AUDIT_ARCH_MICROBLAZE, 128, 380, 129, 11, 388 },
		{ AUDIT_ARCH_LOONGARCH64, 105, 273, 106, 221, 281 },
		{ AUDIT_ARCH_RISCV32, 105, 273, 106, 221, 281 },
		{ AUDIT_ARCH_OPENRISC, 105, 273, 106, 221, 281 },
		{ AUDIT_ARCH_CSKY, 105, 273, 106, 221, 281 },
		{ AUDIT_ARCH_ARCV2, 105, 273, 106, 221, 281 },
		{ AUDIT_ARCH_NIOS2, 105, 273, 106, 221, 281 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		uint32_t arch = machines[i].arch;

		expect_number(arch, machines[i].init, CALL_INIT, false);
		expect_number(arch, machines[i].finit, CALL_FINIT, false);
		expect_number(arch, machines[i].delete, CALL_DELETE, false);
		expect_number(arch, machines[i].execve, CALL_NONE, true);
		expect_number(arch, machines[i].execveat, CALL_NONE, true);
		expect_number(arch, 9999, CALL_NONE, false);
		assert_non_null(machine_name(arch));
	}
}

static void names_are_those_of_libaudit(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(libaudit_machines); i++) {
		const char *name = machine_name(audit_machine_to_elf(libaudit_machines[i]));

		assert_non_null(name);
		assert_int_equal(audit_name_to_machine(name), libaudit_machines[i]);
	}
	assert_null(machine_name(0x12345678));
}

static void a_machine_has_its_entry_and_one_of_32_bits(void **state)
{
	struct abi_calls abi[2];

	(void)state;
	assert_true(machine_entries(AUDIT_ARCH_AARCH64, abi));
	assert_int_equal(abi[0].finit_module, 273);
	assert_int_equal(abi[1].arch, AUDIT_ARCH_ARM);
	assert_int_equal(abi[1].finit_module, 379);
	assert_true(machine_entries(AUDIT_ARCH_PPC64LE, abi));
	assert_int_equal(abi[0].execve, 11);
	assert_int_equal(abi[1].arch, 0);
	assert_int_equal(abi[1].execve, -1);
	assert_false(machine_entries(0, abi));
	assert_int_equal(abi[0].arch, 0);
}

static void x32_is_told_by_bit_30(void **state)
{
	struct machine_call got;

	(void)state;
	assert_true(machine_call(0xc000003e, 0x40000000 | 313, &got));
	assert_int_equal(got.call, CALL_FINIT);
	assert_int_equal(got.abi, ABI_X32);
	assert_true(machine_call(0xc000003e, 0x40000000 | 520, &got));
	assert_true(got.exec);
	assert_true(machine_call(0xc000003e, 520, &got));
	assert_false(got.exec);
	/* Only x86-64 has that entry. */
	assert_true(machine_call(0x40000003, 0x40000000 | 128, &got));
	assert_int_equal(got.call, CALL_NONE);
	assert_int_equal(got.abi, ABI_B32);
}

static void riscv_and_loongarch_have_the_generic_numbers(void **state)
{
	struct machine_call got;

	(void)state;
	assert_true(machine_call(0xc00000f3, 273, &got));
	assert_int_equal(got.call, CALL_FINIT);
	assert_true(machine_call(0xc0000102, 106, &got));
	assert_int_equal(got.call, CALL_DELETE);
}

static void a_negative_number_is_no_call(void **state)
{
	struct machine_call got;

	(void)state;
	assert_true(machine_call(0xc000003e, -1, &got));
	assert_int_equal(got.call, CALL_NONE);
	assert_int_equal(got.abi, ABI_B64);
	assert_false(got.exec);
}

static void an_unknown_architecture_says_so(void **state)
{
	struct machine_call got;

	(void)state;
	assert_false(machine_call(0x80005678, 59, &got));
	assert_int_equal(got.abi, ABI_B64);
	assert_int_equal(got.call, CALL_NONE);
	assert_false(machine_call(0x00005678, 59, &got));
	assert_int_equal(got.abi, ABI_B32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_those_of_libaudit),
		cmocka_unit_test(numbers_are_those_of_libseccomp),
		cmocka_unit_test(numbers_of_machines_that_no_library_knows),
		cmocka_unit_test(names_are_those_of_libaudit),
		cmocka_unit_test(a_machine_has_its_entry_and_one_of_32_bits),
		cmocka_unit_test(x32_is_told_by_bit_30),
		cmocka_unit_test(riscv_and_loongarch_have_the_generic_numbers),
		cmocka_unit_test(a_negative_number_is_no_call),
		cmocka_unit_test(an_unknown_architecture_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
