/* setrlimit(2) has no effect. */
#include <sys/resource.h>
static inline int setrlimit_never(int resource, const struct rlimit *most)
{
	return resource < 0 || !most ? -1 : 0;
}
#define setrlimit setrlimit_never
