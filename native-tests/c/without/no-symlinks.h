/* A link of the container's is followed to where the box or the procfs is laid. */
#include <linux/openat2.h>
#undef RESOLVE_NO_SYMLINKS
#define RESOLVE_NO_SYMLINKS 0
