/* The container's files can be mapped as code, and executed. */
#include <linux/mount.h>
#include <sys/mount.h>
#undef MOUNT_ATTR_NOEXEC
#define MOUNT_ATTR_NOEXEC 0
