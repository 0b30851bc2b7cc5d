/*
 * look - a tool for the tests that prints what it sees. Static, so that it runs anywhere.
 *
 *   look descriptors        its open descriptors, one a line
 *   look directory [PATH]   the entries of PATH; without PATH, the working directory's name
 *   look environment        its environment
 *   look namespaces         the identifiers of its namespaces
 *   look confinement        ids, capabilities, seccomp and so on, from proc_pid_status(5)
 *   look file PATH          the text of a file
 *   look kernel PATH...     of the files below each PATH but those of processes, which it can read: lines, a space, the path
 *   look window             rows and columns of the terminal on standard output
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

extern char **environ;

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_no_dot(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int directory(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_no_dot, by_name);

	if (count < 0)
		return fail(path);
	for (int i = 0; i < count; i++)
		puts(entries[i]->d_name);
	return 0;
}

static int working_directory(void)
{
	char path[4096];

	if (!getcwd(path, sizeof(path)))
		return fail("getcwd");
	puts(path);
	return 0;
}

/* Checked one by one: reading /proc/self/fd would need a descriptor, which would be listed too. */
static int descriptors(void)
{
	for (int fd = 0; fd < 4096; fd++)
		if (dup2(fd, fd) == fd)
			printf("%d\n", fd);
	return 0;
}

static int environment(void)
{
	for (char **variable = environ; *variable; variable++)
		puts(*variable);
	return 0;
}

static int namespaces(void)
{
	static const char *const kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char path[64], name[64] = "";

		snprintf(path, sizeof(path), "/proc/self/ns/%s", kinds[i]);
		if (readlink(path, name, sizeof(name) - 1) < 0)
			return fail(path);
		puts(name);
	}
	return 0;
}

static int file(const char *path)
{
	char text[4096];
	size_t length;
	FILE *in = fopen(path, "r");

	if (!in)
		return fail(path);
	while ((length = fread(text, 1, sizeof(text), in)) > 0)
		fwrite(text, 1, length, stdout);
	return ferror(in) ? fail(path) : 0;
}

static int confinement(void)
{
	static const char *const wanted[] = {"Uid:", "Gid:", "Groups:", "Cap", "NoNewPrivs:", "Seccomp:"};
	char line[4096];
	FILE *in = fopen("/proc/self/status", "r");

	if (!in)
		return fail("/proc/self/status");
	while (fgets(line, sizeof(line), in))
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (strncmp(line, wanted[i], strlen(wanted[i])) == 0)
				fputs(line, stdout);
	return 0;
}

/* Of devices only those that do nothing when they are opened: memory's and terminals'. */
static int reads(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	static char text[65536];
	const char *name = path + at->base;
	ssize_t length;
	int fd, lines = 0;

	if (at->level == 1 && ((*name >= '0' && *name <= '9') || strcmp(name, "self") == 0 || strcmp(name, "thread-self") == 0))
		return FTW_SKIP_SUBTREE;
	/* Whoever reads this makes a device. */
	if (strcmp(name, "hot_add") == 0)
		return FTW_CONTINUE;
	if (kind != FTW_F || !(S_ISREG(status->st_mode) || (S_ISCHR(status->st_mode) && (major(status->st_rdev) == 1 || major(status->st_rdev) == 5))))
		return FTW_CONTINUE;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return FTW_CONTINUE;
	length = read(fd, text, sizeof(text));
	close(fd);
	for (ssize_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	if (length > 0)
		printf("%d %s\n", lines, path);
	return FTW_CONTINUE;
}

static int window(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return fail("TIOCGWINSZ");
	printf("%d rows, %d columns\n", size.ws_row, size.ws_col);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "descriptors") == 0)
		return descriptors();
	if (strcmp(what, "directory") == 0)
		return argc > 2 ? directory(argv[2]) : working_directory();
	if (strcmp(what, "environment") == 0)
		return environment();
	if (strcmp(what, "namespaces") == 0)
		return namespaces();
	if (strcmp(what, "confinement") == 0)
		return confinement();
	if (strcmp(what, "window") == 0)
		return window();
	if (strcmp(what, "file") == 0 && argc > 2)
		return file(argv[2]);
	if (strcmp(what, "kernel") == 0) {
		for (int i = 2; i < argc; i++)
			nftw(argv[i], reads, 16, FTW_PHYS | FTW_ACTIONRETVAL);
		return 0;
	}
	fprintf(stderr, "look: '%s' means nothing\n", what);
	return 2;
}
