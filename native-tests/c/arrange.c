/*
 * arrange - changes its container's files, as an image or the container's root can. It then prints `arranged`
 * and waits until a signal ends it. The commands are carried out one after another:
 *
 *   unmount PATH            unmounts PATH and everything mounted below it
 *   remove PATH             removes PATH and everything below it, but nothing on another mount
 *   link TARGET PATH        makes a symbolic link
 *   directory PATH          makes a directory
 *   file PATH TEXT          writes a file
 *   tmpfs PATH              mounts an empty tmpfs at PATH
 *   proc PATH               mounts a procfs at PATH
 *   hiding PATH             mounts a procfs at PATH that shows a process only to whoever may trace it
 *   open PATH               opens PATH and keeps it open
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

static int do_unmount(char **words)
{
	return umount2(words[0], MNT_DETACH);
}

static int do_remove(char **words)
{
	return nftw(words[0], remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static int do_link(char **words)
{
	return symlink(words[0], words[1]);
}

static int do_directory(char **words)
{
	return mkdir(words[0], 0755);
}

static int do_file(char **words)
{
	int fd = open(words[0], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ssize_t length = (ssize_t)strlen(words[1]);

	return fd >= 0 && write(fd, words[1], (size_t)length) == length && close(fd) == 0 ? 0 : -1;
}

static int do_tmpfs(char **words)
{
	return mount("none", words[0], "tmpfs", 0, NULL);
}

static int do_proc(char **words)
{
	return mount("none", words[0], "proc", 0, NULL);
}

static int do_hiding(char **words)
{
	return mount("none", words[0], "proc", 0, "hidepid=4");
}

static int do_open(char **words)
{
	return open(words[0], O_RDONLY | O_CLOEXEC);
}

static const struct {
	const char *name;
	int (*act)(char **);
	int operands;
} acts[] = {
	{"unmount", do_unmount, 1}, {"remove", do_remove, 1}, {"link", do_link, 2},   {"directory", do_directory, 1},
	{"file", do_file, 2},	    {"tmpfs", do_tmpfs, 1},   {"proc", do_proc, 1}, {"open", do_open, 1},
	{"hiding", do_hiding, 1},
};

static int obey(int count, char **words)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(words[0], acts[i].name) == 0 && count > acts[i].operands) {
			if (acts[i].act(words + 1) < 0) {
				fprintf(stderr, "%s %s: ", words[0], words[1]);
				perror(NULL);
				exit(1);
			}
			return 1 + acts[i].operands;
		}
	fprintf(stderr, "arrange: '%s' means nothing\n", words[0]);
	exit(2);
}

int main(int argc, char **argv)
{
	for (int at = 1; at < argc;)
		at += obey(argc - at, argv + at);
	puts("arranged");
	fflush(stdout);
	for (;;)
		pause();
}
