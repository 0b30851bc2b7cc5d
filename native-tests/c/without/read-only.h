/* The container's files can be written. */
#include <linux/mount.h>
#include <sys/mount.h>
#undef MOUNT_ATTR_RDONLY
#define MOUNT_ATTR_RDONLY 0
