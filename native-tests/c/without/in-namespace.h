/* The container's root directory may be anywhere: the first mount in the list is taken for its own. */
#include <stdlib.h>
static inline long long same_as(long long mount, const char *text)
{
	return text ? mount : -1;
}
#define strtoll(text, end, base) same_as(mount, text)
