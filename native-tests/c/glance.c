/*
 * glance - reads the command lines of all processes of the host, over and over, as any user of it can. It prints
 * `glancing` after its first look, then for each process in whose command line the secret has been seen a line: its
 * number and its first word. Nobody else is to show the secret, so its own command line has none.
 *
 *   glance < FILE   the secret is the first line of the file
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 1 << 22 };

/* By number: the first word with which it was seen to show the secret. */
static char *seen[MOST + 1];

static char secret[256];

static void look_at(int proc, const char *number)
{
	static char line[1 << 17];
	char path[32];
	int pid = atoi(number), file;
	ssize_t length;

	snprintf(path, sizeof(path), "%d/cmdline", pid);
	file = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return;
	length = read(file, line, sizeof(line) - 1);
	close(file);
	if (length <= 0 || !memmem(line, (size_t)length, secret, strlen(secret)))
		return;
	line[length] = '\0';
	if (seen[pid] && strcmp(seen[pid], line) == 0)
		return;
	seen[pid] = strdup(line);
	printf("%d %s\n", pid, line);
	fflush(stdout);
}

int main(void)
{
	DIR *proc = opendir("/proc");

	if (!proc || !fgets(secret, sizeof(secret), stdin))
		return 1;
	secret[strcspn(secret, "\n")] = '\0';
	for (int looks = 0;; looks++) {
		struct dirent *entry;

		rewinddir(proc);
		while ((entry = readdir(proc)))
			if (isdigit((unsigned char)*entry->d_name) && atoi(entry->d_name) < MOST)
				look_at(dirfd(proc), entry->d_name);
		if (looks == 0) {
			puts("glancing");
			fflush(stdout);
		}
	}
}
