/* Each mount is copied with those that are mounted below it. */
#include <linux/mount.h>
#include <sys/mount.h>
#undef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE (1 | 0x8000 /* AT_RECURSIVE */)
