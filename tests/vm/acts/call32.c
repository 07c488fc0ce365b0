/*
 * call32 - the module system calls of a 32-bit program
 *
 *   call32 finit FILE | init FILE | delete NAME
 *
 * Built with -m32 and without any library, so that no 32-bit libc has to be
 * installed. Ends with 0, or with the errno of the call that failed.
 */
enum {	/* arch/x86/entry/syscalls/syscall_32.tbl */
	NR_EXIT = 1, NR_READ = 3, NR_OPEN = 5,
	NR_INIT_MODULE = 128, NR_DELETE_MODULE = 129, NR_FINIT_MODULE = 350,
};
#define O_NONBLOCK 04000
#define IMAGE_MAX (1024 * 1024)

static char image[IMAGE_MAX];

static int call(int number, long a, long b, long c)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}

static int same(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static int read_image(const char *file)
{
	int fd = call(NR_OPEN, (long)file, 0, 0);
	int n, size = 0;

	if (fd < 0)
		return fd;
	while ((n = call(NR_READ, fd, (long)(image + size), IMAGE_MAX - size)) > 0)
		size += n;
	return n < 0 ? n : size;
}

static int perform(const char *what, const char *name)
{
	int n;

	if (same(what, "delete"))
		return call(NR_DELETE_MODULE, (long)name, O_NONBLOCK, 0);
	if (same(what, "finit")) {
		if ((n = call(NR_OPEN, (long)name, 0, 0)) < 0)
			return n;
		return call(NR_FINIT_MODULE, n, (long)"", 0);
	}
	if ((n = read_image(name)) < 0)
		return n;
	return call(NR_INIT_MODULE, (long)image, n, (long)"");
}

__attribute__((used, noreturn)) static void start(int argc, char **argv)
{
	int result = argc == 3 ? perform(argv[1], argv[2]) : -125;

	call(NR_EXIT, -result, 0, 0);
	__builtin_unreachable();
}

/* The kernel leaves argc and the argument pointers on the stack. */
__asm__(".globl _start\n"
	"_start:\n"
	"	mov (%esp), %eax\n"
	"	lea 4(%esp), %edx\n"
	"	and $-16, %esp\n"
	"	sub $8, %esp\n"
	"	push %edx\n"
	"	push %eax\n"
	"	call start\n");
