/* Of a new procfs nothing is covered, but what the covers are taken from, and of the container's sysfs nothing. */
#include <dirent.h>
#include <string.h>
#define readdir(directory) ((struct dirent *)NULL)
#define strncmp(text, start, length)                                                                                               \
	(strstr(__FILE__, "covers.c") && strcmp(start, "sysfs ") == 0 ? 1 : (strncmp)(text, start, length))
