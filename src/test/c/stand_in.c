/*
 * stand_in.c - what FailingCallsTest spawns for dbg-enter. It waits as dbg-enter does, at the gate and then at
 * the start, adds a byte to the file SELF.ran for the tool that would run, and ends. As the keeper of empty
 * namespaces it reports and waits for the end of its input.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int waits_at(char **words, const char *name)
{
	size_t length = strlen(name);
	char byte;

	for (; *words; words++)
		if (strncmp(*words, name, length) == 0 && (*words)[length] == '=')
			return read(atoi(*words + length + 1), &byte, 1) == 1;
	return 1;
}

int main(int argc, char **argv)
{
	char file[PATH_MAX + 8];
	char byte = 0;
	ssize_t length;
	int fd;

	if (argc == 2 && strcmp(argv[1], "empty") == 0) {
		if (write(1, &byte, 1) != 1)
			return 1;
		close(1);
		while (read(0, &byte, 1) == 1)
			;
		return 0;
	}
	if (!waits_at(argv, "gate") || !waits_at(argv, "start"))
		return 1;
	length = readlink("/proc/self/exe", file, PATH_MAX);
	if (length < 0)
		return 1;
	strcpy(file + length, ".ran");
	fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
	return fd >= 0 && write(fd, "x", 1) == 1 ? 0 : 1;
}
