/* expanded.c - names of this host where a pattern was meant for the container; expanded.h */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../typed.h"
#include "expanded.h"

/*
 * Two may well be names that the container has too, and were typed; a refused line was hardly meant so. Of a line that
 * did not fail, they must be all that is to be seen in a directory, as of a pattern like DIR/ and a star.
 */
#define REFUSED 126
#define FEWEST 3
#define FEWEST_REFUSED 2

static size_t directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

static int is_here(const char *word)
{
	return *word && *word != '-' && faccessat(AT_FDCWD, word, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* How many words from here on exist on this host, in the same directory. */
static size_t count_here(char **words)
{
	size_t length = directory_of(*words), count = 0;

	while (words[count] && is_here(words[count]) && directory_of(words[count]) == length &&
	       strncmp(words[count], *words, length) == 0)
		count++;
	return count;
}

/* Whether these words, which exist in one directory, are all of its names that do not begin with a dot. */
static int are_all_of_directory(char **words, size_t count)
{
	size_t length = directory_of(*words), left = count;
	char *path = length ? strndup(*words, length) : strdup(".");
	DIR *directory = path ? opendir(path) : NULL;
	const struct dirent *entry;

	free(path);
	for (size_t i = 0; directory && i < count; i++)
		left += words[i][length] == '.';
	while (directory && left <= count && (entry = readdir(directory)))
		left -= *entry->d_name != '.';
	if (directory)
		closedir(directory);
	return directory && !left;
}

void hint_about_pattern(int status)
{
	/* dbg shell expands patterns itself. */
	if (getenv("DBG_SHELL") && *getenv("DBG_SHELL"))
		return;
	for (char **words = typed.of_tool; words && *words; words++) {
		/* None of them is printed: others may have named these files. */
		size_t count = count_here(words);

		if (count >= (status == REFUSED ? FEWEST_REFUSED : FEWEST) && (status || are_all_of_directory(words, count))) {
			fputs("dbg: words of this line are files of this host: if your shell made them of a pattern, quote it for "
			      "find or grep; dbg shell -c expands it in the container\n", stderr);
			return;
		}
	}
}
