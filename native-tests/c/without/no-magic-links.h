/* A working directory may be reached through a link of a procfs, as /proc/PID/cwd. */
#include <linux/openat2.h>
#undef RESOLVE_NO_MAGICLINKS
#define RESOLVE_NO_MAGICLINKS 0
