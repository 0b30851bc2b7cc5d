/* No tool is recognized as one that may look at other processes. */
#include <linux/capability.h>
#undef CAP_SYS_PTRACE
#define CAP_SYS_PTRACE 62
