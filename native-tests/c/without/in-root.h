/* The container's names files are looked up from the root of the view, and through any link. */
#include <linux/openat2.h>
#undef RESOLVE_IN_ROOT
#define RESOLVE_IN_ROOT 0
#undef RESOLVE_NO_MAGICLINKS
#define RESOLVE_NO_MAGICLINKS 0
