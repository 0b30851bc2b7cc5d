/*
 * resolv.conf and hosts of the container are resolved from the root of the view, through any link. So is a working
 * directory.
 */
#include <linux/openat2.h>
#undef RESOLVE_IN_ROOT
#define RESOLVE_IN_ROOT 0
#undef RESOLVE_NO_MAGICLINKS
#define RESOLVE_NO_MAGICLINKS 0
