/*
 * call - the module system calls without kmod, and what else an act needs
 *
 *   call [-i] finit FILE [PARAMETERS [FLAGS]]
 *   call [-i] init FILE [PARAMETERS]
 *   call [-i] delete NAME
 *   call [-i] burst COUNT PREFIX      delete PREFIX1, PREFIX2 ... which nobody has
 *   call socket FAMILY TYPE PROTOCOL  may make the kernel load a module
 *   call login UID COMMAND [ARG...]   set the login uid and run COMMAND in the same process
 *
 * -i enters the kernel by int 0x80, as 32-bit programs do, from this 64-bit
 * one. Ends with 0, or with 1 and a message when the call fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers of the i386 table (arch/x86/entry/syscalls/syscall_32.tbl). */
enum { I386_INIT_MODULE = 128, I386_DELETE_MODULE = 129, I386_FINIT_MODULE = 350 };

static bool by_int80;

static int fail(const char *what)
{
	fprintf(stderr, "call: %s: %s\n", what, strerror(errno));
	return 1;
}

static long int80(int number, uintptr_t a, uintptr_t b, uintptr_t c)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"((long)number), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	if ((int)result < 0) {
		errno = -(int)result;
		return -1;
	}
	return result;
}

static long module_call(int native, int i386, uintptr_t a, uintptr_t b, uintptr_t c)
{
	return by_int80 ? int80(i386, a, b, c) : syscall(native, a, b, c);
}

/* Memory that int 0x80 can name too: below 4 GiB. */
static char *low_memory(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (p == MAP_FAILED)
		exit(fail("memory"));
	return p;
}

static uintptr_t low_text(const char *text)
{
	char *p = low_memory(strlen(text) + 1);

	strcpy(p, text);
	return (uintptr_t)p;
}

static int finit(const char *file, const char *parameters, int flags)
{
	int fd = strcmp(file, "-1") == 0 ? -1 : open(file, O_RDONLY);

	if (fd < 0 && strcmp(file, "-1") != 0)
		return fail(file);
	if (module_call(SYS_finit_module, I386_FINIT_MODULE, fd, low_text(parameters), flags) < 0)
		return fail("finit_module");
	return 0;
}

static int init(const char *file, const char *parameters)
{
	int fd = open(file, O_RDONLY);
	struct stat st;
	char *image;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fail(file);
	image = low_memory(st.st_size + 1);
	if (read(fd, image, st.st_size) != st.st_size)
		return fail(file);
	if (module_call(SYS_init_module, I386_INIT_MODULE, (uintptr_t)image, st.st_size,
			low_text(parameters)) < 0)
		return fail("init_module");
	return 0;
}

static int delete(const char *name)
{
	if (module_call(SYS_delete_module, I386_DELETE_MODULE, low_text(name), O_NONBLOCK, 0) < 0)
		return fail("delete_module");
	return 0;
}

/* Succeeds if each call failed as it should: ENOENT. */
static int burst(int count, const char *prefix)
{
	char *name = low_memory(4096);

	for (int i = 1; i <= count; i++) {
		snprintf(name, 4096, "%s%d", prefix, i);
		if (module_call(SYS_delete_module, I386_DELETE_MODULE, (uintptr_t)name, O_NONBLOCK,
				0) == 0 || errno != ENOENT)
			return fail("delete_module");
	}
	return 0;
}

/* A family that has no module, or whose module is missing, is a failure. */
static int open_socket(int family, int type, int protocol)
{
	return socket(family, type, protocol) < 0 ? fail("socket") : 0;
}

static int log_in(const char *uid, char **command)
{
	int fd = open("/proc/self/loginuid", O_WRONLY);

	if (fd < 0 || write(fd, uid, strlen(uid)) < 0)
		return fail("loginuid");
	close(fd);
	execvp(command[0], command);
	return fail(command[0]);
}

static int usage(void)
{
	fputs("call: see the comment at the top of call.c\n", stderr);
	return 125;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "-i") == 0) {
		by_int80 = true;
		argc--;
		argv++;
	}
	if (argc < 3)
		return usage();
	if (strcmp(argv[1], "finit") == 0)
		return finit(argv[2], argc > 3 ? argv[3] : "", argc > 4 ? atoi(argv[4]) : 0);
	if (strcmp(argv[1], "init") == 0)
		return init(argv[2], argc > 3 ? argv[3] : "");
	if (strcmp(argv[1], "delete") == 0)
		return delete(argv[2]);
	if (strcmp(argv[1], "burst") == 0 && argc == 4)
		return burst(atoi(argv[2]), argv[3]);
	if (strcmp(argv[1], "socket") == 0 && argc == 5)
		return open_socket(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]));
	if (strcmp(argv[1], "login") == 0 && argc > 3)
		return log_in(argv[2], argv + 3);
	return usage();
}
