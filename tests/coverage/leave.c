/*
 * _exit() for a coverage build, linked with -Wl,--wrap=_exit: without this, a
 * child that leaves so takes the counts of what it executed with it.
 */
void __gcov_dump(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

_Noreturn void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
