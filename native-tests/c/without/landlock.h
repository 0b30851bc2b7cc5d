/* A domain of Landlock's is made and never entered. */
#include <sys/syscall.h>
#undef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self SYS_getpid
