/* The loader is not told where the libraries are, and searches the container's directories. */
#include <string.h>
#include <unistd.h>
static inline int execv_without_library_path(const char *path, char *const *line)
{
	static char *kept[1024];
	size_t count = 0;

	for (; *line && count < sizeof(kept) / sizeof(kept[0]) - 1; line++)
		if (strcmp(*line, "--library-path") == 0)
			line++;
		else
			kept[count++] = *line;
	return execv(path, kept);
}
#define execv execv_without_library_path
