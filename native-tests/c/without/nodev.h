/* The container's device nodes open. */
#include <linux/mount.h>
#include <sys/mount.h>
#undef MOUNT_ATTR_NODEV
#define MOUNT_ATTR_NODEV 0
