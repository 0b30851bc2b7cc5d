/* Time stands still, so a reader that does not read is never given up. */
#include <time.h>
static inline int clock_gettime_never(clockid_t clock, struct timespec *now)
{
	now->tv_sec = clock == CLOCK_MONOTONIC;
	now->tv_nsec = 0;
	return 0;
}
#define clock_gettime clock_gettime_never
