/*
 * threads.c - tells a Java virtual machine to print its threads, as kill -QUIT PID does.
 *
 *     threads PID
 *
 * The machine prints to its own standard output. SIGQUIT ends most other programs, or makes them shut down: nginx,
 * PostgreSQL and every program in Go handle it that way. So the signal goes only to a process that has the library of
 * a HotSpot machine mapped and handles the signal. OpenJ9 would write a file into the container.
 *
 * The pidfd is opened before the process is looked at: should the process end meanwhile, and another get its id, the
 * signal reaches neither. The filter of dbg-enter permits this one call with this one signal.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *process;

static _Noreturn __attribute__((format(printf, 1, 2))) void refuse(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "threads: process %s: ", process);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	putc('\n', stderr);
	exit(1);
}

static FILE *open_in_proc(const char *name)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/%s", process, name);
	file = fopen(path, "re");
	if (!file)
		refuse("%s", strerror(errno));
	return file;
}

/* Whether the kernel calls a handler for SIGQUIT, proc_pid_status(5). */
static int handles_quit(void)
{
	FILE *status = open_in_proc("status");
	char line[256];
	uint64_t caught = 0;

	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "SigCgt: %" SCNx64, &caught) == 1)
			break;
	fclose(status);
	return caught >> (SIGQUIT - 1) & 1;
}

static int is_file_called(const char *line, const char *name)
{
	const char *at = strrchr(line, '/');

	return at && strncmp(at + 1, name, strlen(name)) == 0;
}

static void require_hotspot(void)
{
	FILE *maps = open_in_proc("maps");
	char *line = NULL;
	size_t room = 0;
	int hotspot = 0, openj9 = 0;

	while (getline(&line, &room, maps) > 0) {
		hotspot |= is_file_called(line, "libjvm.so");
		openj9 |= is_file_called(line, "libj9vm");
	}
	if (ferror(maps))
		refuse("%s", strerror(errno));
	free(line);
	fclose(maps);
	if (openj9)
		refuse("it is an OpenJ9 machine, which would write a file into the container");
	if (!hotspot)
		refuse("it is not a Java virtual machine, and SIGQUIT ends most others");
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 2 || strspn(argv[1], "0123456789") != strlen(argv[1]) || strlen(argv[1]) - 1 > 8) {
		fputs("threads: type a process id: threads PID\n", stderr);
		return 2;
	}
	process = argv[1];
	fd = (int)syscall(SYS_pidfd_open, atoi(process), 0);
	if (fd < 0)
		refuse("%s", errno == ESRCH ? "there is none in the container" : strerror(errno));
	require_hotspot();
	if (!handles_quit())
		refuse("SIGQUIT would end it, as it does not handle that signal: was it started with java -Xrs?");
	if (syscall(SYS_pidfd_send_signal, fd, SIGQUIT, NULL, 0) < 0)
		refuse("%s", errno == ESRCH ? "it has ended" : strerror(errno));
	fprintf(stderr, "threads: process %s prints its threads to its own output: see the container's log\n", process);
	return 0;
}
