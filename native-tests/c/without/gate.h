/* A read of one byte returns at once, except from the standard streams. */
#include <unistd.h>
static inline ssize_t read_at_once(int from, void *bytes, size_t count)
{
	return count == 1 && from > STDERR_FILENO ? 1 : read(from, bytes, count);
}
#define read read_at_once
