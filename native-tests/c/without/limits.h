/* What setrlimit(2) is asked for, nobody does. */
#include <sys/resource.h>
static inline int setrlimit_never(int resource, const struct rlimit *most)
{
	return resource < 0 || !most ? -1 : 0;
}
#define setrlimit setrlimit_never
