/*
 * act - a tool for the tests that does what its arguments say.
 *
 *   act exit STATUS     exits with STATUS
 *   act die SIGNAL      dies by SIGNAL
 *   act wait            prints `waiting`, and does nothing until a signal ends it
 *   act shed            drops all its capabilities, as ip(8) and ping(8) do, and does the same
 *   act tidy            prints `waiting`; at SIGTERM it prints `tidied`, and exits
 *   act cling           prints `clinging`, ignores all signals that can be caught, and does nothing
 *   act leave           starts a child that clings in a new session, and exits
 *   act watch           prints the size of its terminal, and again after each change
 *   act call            makes system calls, a thousand a second, until a signal ends it
 *   act copy            copies standard input to standard output
 *   act print BYTES     prints so many bytes, in numbered lines of 64 bytes
 *   act flood           the same without an end
 *   act fork COUNT      starts so many children, prints how many there are, and waits
 *   act allocate COUNT  touches so many megabytes, prints how many it got, and waits
 *   act bomb MOST       forks, as do all its children, until there are MOST processes or the kernel refuses;
 *                       prints how many there are, and leaves them behind
 *   act hog MEGABYTES   takes so much memory, one megabyte after the other, and prints `taken`
 *   act say WORD...     prints each on a line, on standard error if it begins with "!"; at "+" it pauses, at "." it waits,
 *                       at "~" until it is traced; at "@PORT" it listens at that port of loopback
 */
#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Noreturn void wait_for_signals(const char *word)
{
	puts(word);
	fflush(stdout);
	for (;;)
		pause();
}

/* capset(2); musl has no linux/capability.h. */
static _Noreturn void shed(void)
{
	static const unsigned header[] = {0x20080522, 0}, none[6];

	if (syscall(SYS_capset, header, none) < 0)
		exit(1);
	wait_for_signals("waiting");
}

static void tidy(int unused)
{
	(void)unused;
	dprintf(STDOUT_FILENO, "tidied\n");
	_exit(0);
}

static _Noreturn void call(void)
{
	for (;;) {
		getppid();
		usleep(1000);
	}
}

static _Noreturn void cling(void)
{
	static const int caught[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2};

	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		signal(caught[i], SIG_IGN);
	wait_for_signals("clinging");
}

static int leave(void)
{
	pid_t child = fork();

	if (child == 0) {
		setsid();
		cling();
	}
	return child < 0;
}

static void say_size(int unused)
{
	struct winsize size = {0};

	(void)unused;
	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	dprintf(STDOUT_FILENO, "%d rows, %d columns\n", size.ws_row, size.ws_col);
}

static _Noreturn void watch(void)
{
	signal(SIGWINCH, say_size);
	say_size(0);
	for (;;)
		pause();
}

static int copy(void)
{
	static char bytes[1 << 16];
	ssize_t length;

	while ((length = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
		for (ssize_t done = 0; done < length;) {
			ssize_t written = write(STDOUT_FILENO, bytes + done, (size_t)(length - done));

			if (written < 0)
				return 1;
			done += written;
		}
	return length < 0;
}

static int print(long bytes)
{
	for (long line = 0; bytes > 0; line++, bytes -= 64)
		printf("%063ld\n", line);
	return fflush(stdout) != 0;
}

static _Noreturn void multiply(long count)
{
	long made = 0;

	while (made < count) {
		pid_t child = fork();

		if (child < 0)
			break;
		if (child == 0)
			for (;;)
				pause();
		made++;
	}
	printf("forked %ld\n", made);
	wait_for_signals("waiting");
}

static _Noreturn void allocate(long megabytes)
{
	size_t megabyte = 1 << 20;
	long got = 0;
	char *memory;

	while (got < megabytes && (memory = malloc(megabyte))) {
		memset(memory, 1, megabyte);
		got++;
	}
	printf("allocated %ld\n", got);
	wait_for_signals("waiting");
}

struct bomb {
	_Atomic long processes;
	_Atomic long forking; /* Processes that are about to fork, or are forking. */
	_Atomic int failed;
};

/*
 * MOST limits the bomb where nothing else does. The processes are counted, and left to be killed, once no
 * process forks any more: until then a child may be in the making, and User-Mode Linux panics if SIGKILL
 * interrupts a fork (6.12: flush_tlb_mm() takes dup_mmap()'s mark of failure for a mapping).
 */
static int bomb(long most)
{
	struct bomb *all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t first = getpid();

	if (all == MAP_FAILED)
		return 1;
	all->processes = 1;
	for (;;) {
		pid_t child;

		all->forking++;
		if (all->processes >= most || all->failed)
			break;
		child = fork();
		if (child == 0)
			continue;
		if (child < 0)
			all->failed = 1;
		else
			all->processes++;
		all->forking--;
	}
	all->forking--;
	if (getpid() != first)
		for (;;)
			pause();
	while (all->forking > 0)
		usleep(1000);
	printf("%ld\n", all->processes);
	return fflush(stdout) != 0;
}

static int hog(long megabytes)
{
	for (long i = 0; i < megabytes; i++) {
		char *memory = malloc(1 << 20);

		if (memory == NULL)
			return 1;
		memset(memory, 1, 1 << 20);
	}
	puts("taken");
	return fflush(stdout) != 0;
}

static int listens_at(int port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 1) == 0;
}

/* Whether a process of its pid namespace traces it: proc_pid_status(5). */
static int is_traced(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	int tracer = 0;

	while (status && fgets(line, sizeof(line), status) && sscanf(line, "TracerPid: %d", &tracer) != 1)
		;
	if (status)
		fclose(status);
	return tracer != 0;
}

/* Prints each word on a line: on standard error if it begins with "!"; at "+" it waits, at "." for a signal. */
static int say(char **words)
{
	for (; *words; words++) {
		if (strcmp(*words, "+") == 0)
			usleep(300000);
		else if (strcmp(*words, ".") == 0)
			wait_for_signals("waiting");
		else if (strcmp(*words, "~") == 0)
			while (!is_traced())
				usleep(10000);
		else if (**words == '@' && !listens_at(atoi(*words + 1)))
			return 1;
		else if (**words != '@' && dprintf(**words == '!' ? 2 : 1, "%s\n", *words + (**words == '!')) < 0)
			return 1;
		usleep(20000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long number = argc > 2 ? atol(argv[2]) : 0;

	if (strcmp(what, "exit") == 0)
		return (int)number;
	if (strcmp(what, "die") == 0)
		return raise((int)number);
	if (strcmp(what, "wait") == 0)
		wait_for_signals("waiting");
	if (strcmp(what, "shed") == 0)
		shed();
	if (strcmp(what, "say") == 0)
		return say(argv + 2);
	if (strcmp(what, "tidy") == 0) {
		signal(SIGTERM, tidy);
		wait_for_signals("waiting");
	}
	if (strcmp(what, "call") == 0)
		call();
	if (strcmp(what, "cling") == 0)
		cling();
	if (strcmp(what, "watch") == 0)
		watch();
	if (strcmp(what, "leave") == 0)
		return leave();
	if (strcmp(what, "copy") == 0)
		return copy();
	if (strcmp(what, "print") == 0)
		return print(number);
	if (strcmp(what, "flood") == 0)
		return print(LONG_MAX);
	if (strcmp(what, "fork") == 0)
		multiply(number);
	if (strcmp(what, "allocate") == 0)
		allocate(number);
	if (strcmp(what, "bomb") == 0)
		return bomb(number);
	if (strcmp(what, "hog") == 0)
		return hog(number);
	fprintf(stderr, "act: '%s' means nothing\n", what);
	return 2;
}
