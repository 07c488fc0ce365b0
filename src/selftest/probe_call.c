/*
 * The calls themselves. 32-bit ones are made by int 0x80 from this 64-bit
 * program, as anybody could: the kernel looks at the entry, not the program.
 */
#include "selftest/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NAME_MAP 4096
#define NO_FILE (-1)

#ifdef __x86_64__
#define GETPID_32 20

static int call32(int number, uint32_t a0, uint32_t a1, uint32_t a2)
{
	long result = number;

	/* Older kernels clear r8 to r11 on this way. */
	__asm__ volatile("int $0x80"
			 : "+a"(result)
			 : "b"((unsigned long)a0), "c"((unsigned long)a1), "d"((unsigned long)a2)
			 : "memory", "cc", "r8", "r9", "r10", "r11");
	return (int)result;
}

bool probe_entry32_works(void)
{
	return call32(GETPID_32, 0, 0, 0) == getpid();
}

/* A copy where 32 bits can point to; 0 if there is no room. It lives as long as the process. */
static uint32_t low_copy(const char *name)
{
	char *low = mmap(NULL, NAME_MAP, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (low == MAP_FAILED || strlen(name) >= NAME_MAP)
		return 0;
	strcpy(low, name);
	return (uint32_t)(uintptr_t)low;
}

static int make_call32(const struct probe_action *action)
{
	int result;

	switch (action->call) {
	case CALL_FINIT:
		result = call32(action->number, (uint32_t)NO_FILE, (uint32_t)action->nonce, 0);
		break;
	case CALL_INIT:
		result = call32(action->number, 0, 0, (uint32_t)action->nonce);
		break;
	default:
		result = call32(action->number, low_copy(action->name), O_NONBLOCK, 0);
	}
	return result < 0 ? -result : 0;
}
#else
bool probe_entry32_works(void)
{
	return false;
}

static int make_call32(const struct probe_action *action)
{
	(void)action;
	return ENOSYS;
}
#endif

static int make_call(const struct probe_action *action)
{
	long result;

	switch (action->call) {
	case CALL_FINIT:
		result = syscall(action->number, NO_FILE, action->nonce, 0);
		break;
	case CALL_INIT:
		result = syscall(action->number, NULL, 0, action->nonce);
		break;
	default:
		result = syscall(action->number, action->name, O_NONBLOCK);
	}
	return result < 0 ? errno : 0;
}

int probe_call(const struct probe_action *action)
{
	return action->abi == ABI_B32 ? make_call32(action) : make_call(action);
}
