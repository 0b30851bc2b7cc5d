/* The container's device nodes can be opened. */
#include <linux/mount.h>
#include <sys/mount.h>
#undef MOUNT_ATTR_NODEV
#define MOUNT_ATTR_NODEV 0
