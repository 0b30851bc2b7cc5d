/* The loader reads the container's ld.so.cache. */
#include <string.h>
#include <unistd.h>
static inline int execv_with_cache(const char *path, char *const *line)
{
	static char *kept[1024];
	size_t count = 0;

	for (; *line && count < sizeof(kept) / sizeof(kept[0]) - 1; line++)
		if (strcmp(*line, "--inhibit-cache") != 0)
			kept[count++] = *line;
	return execv(path, kept);
}
#define execv execv_with_cache
