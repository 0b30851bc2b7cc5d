/* The tool bundle or the procfs is mounted at the target of a container's symbolic link. */
#include <linux/openat2.h>
#undef RESOLVE_NO_SYMLINKS
#define RESOLVE_NO_SYMLINKS 0
