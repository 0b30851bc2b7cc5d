/* Of a new procfs nothing is covered, but what the covers are taken from. */
#include <dirent.h>
#define readdir(directory) ((struct dirent *)NULL)
