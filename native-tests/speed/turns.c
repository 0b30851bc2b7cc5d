/*
 * turns - runs commands and prints how long each took. No shell is between.
 *
 *   turns rounds COUNT WARMUP MS  COUNT rounds after WARMUP others; in each all commands, in a random order, and
 *                                 a pause of so many milliseconds before each
 *   turns clients COUNT SECONDS   COUNT clients at once; each runs the first command again and again
 *   turns every MS COUNT          COUNT commands, begun at a steady pace: each in its turn
 *
 * Each line of standard input is a command. Its fields are separated by tabs:
 *
 *   NAME EACH USER STDIO VARIABLE WORD...
 *
 *   EACH      1: in each round; 4: in every fourth, for commands that take long
 *   USER      the numbers of its user and group, as 0:0; it has no other groups
 *   STDIO     `null` for /dev/null, `terminal` for a new terminal that becomes its controlling one
 *   VARIABLE  one more variable of its environment
 *
 * Each line of output has NAME, the client's number, when the command began and how long it took until it had
 * ended; both in microseconds of CLOCK_MONOTONIC. A command that fails, or takes a minute, ends turns: how long a
 * failure takes is of no interest.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 512, WORDS = 64, VARIABLES = 256 };
enum { PATIENCE = 60 }; /* seconds */

static struct command {
	const char *name;
	unsigned each;
	unsigned user, group;
	int on_terminal;
	char *environment[VARIABLES];
	char *words[WORDS];
} commands[COMMANDS];

static unsigned commands_count;

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "turns: %s: %s\n", what, why);
	exit(1);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void wait_until(int64_t when)
{
	struct timespec time = {.tv_sec = when / 1000000, .tv_nsec = when % 1000000 * 1000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

static char *field(char **line)
{
	char *word = strsep(line, "\t");

	if (!word)
		die("standard input", "a line has too few fields");
	return word;
}

static void read_command(char *line)
{
	struct command *command = &commands[commands_count++];
	unsigned i = 0;

	line[strcspn(line, "\n")] = 0;
	command->name = field(&line);
	command->each = (unsigned)atoi(field(&line));
	if (sscanf(field(&line), "%u:%u", &command->user, &command->group) != 2)
		die(command->name, "a user is two numbers, as 0:0");
	command->on_terminal = strcmp(field(&line), "terminal") == 0;
	command->environment[i++] = field(&line);
	for (char **variable = environ; *variable && i < VARIABLES - 1; variable++)
		command->environment[i++] = *variable;
	command->words[0] = field(&line);
	for (i = 1; line && i < WORDS - 1; i++)
		command->words[i] = field(&line);
}

static void read_commands(void)
{
	char *line = NULL;
	size_t size = 0;

	while (commands_count < COMMANDS && getline(&line, &size, stdin) > 0) {
		read_command(line); /* keeps the line */
		line = NULL;
	}
	if (commands_count == 0)
		die("standard input", "no command");
}

/* Returns the master of a new terminal, and its other end in *terminal. */
static int open_terminal(int *terminal)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
	    (*terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		die("a new terminal", strerror(errno));
	return master;
}

/*
 * Only system calls: until execve(2) the child has its parent's memory, vfork(2), and the C library's setuid(2)
 * would speak with the threads that it believes to have.
 */
static _Noreturn void become(const struct command *command, int stdio)
{
	syscall(SYS_dup3, stdio, STDIN_FILENO, 0);
	syscall(SYS_dup3, stdio, STDOUT_FILENO, 0);
	if (command->on_terminal) {
		syscall(SYS_dup3, stdio, STDERR_FILENO, 0);
		syscall(SYS_setsid);
		syscall(SYS_ioctl, STDIN_FILENO, TIOCSCTTY, 0);
	}
	if (command->user != 0 &&
	    (syscall(SYS_setgroups, 0, NULL) < 0 ||
	     syscall(SYS_setresgid, command->group, command->group, command->group) < 0 ||
	     syscall(SYS_setresuid, command->user, command->user, command->user) < 0))
		_exit(125);
	execvpe(command->words[0], command->words, command->environment);
	_exit(127);
}

/* Runs a command with this standard input and output. Returns its wait status. */
static int run(const struct command *command, int stdio)
{
	int status;
	pid_t child = vfork();

	if (child == 0)
		become(command, stdio);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		die(command->name, strerror(errno));
	return status;
}

/* Runs a command and prints how long it took, except to warm up. */
static void take(const struct command *command, unsigned client, int printed)
{
	char said[4096];
	int stdio, status, master = -1;
	int64_t began, ended;

	if (command->on_terminal)
		master = open_terminal(&stdio);
	else
		stdio = open("/dev/null", O_RDWR | O_CLOEXEC);
	alarm(PATIENCE);
	began = now();
	status = run(command, stdio);
	ended = now();
	alarm(0);
	if (status != 0) {
		ssize_t size = read(master, said, sizeof(said));

		fprintf(stderr, "%.*sturns: %s: wait status %#x\n", size > 0 ? (int)size : 0, said, command->name,
			(unsigned)status);
		exit(1);
	}
	close(stdio);
	close(master);
	if (printed)
		printf("%s\t%u\t%lld\t%lld\n", command->name, client, (long long)began, (long long)(ended - began));
}

static void rounds(unsigned count, unsigned warmup, unsigned pause)
{
	unsigned order[COMMANDS];

	for (unsigned i = 0; i < commands_count; i++)
		order[i] = i;
	for (unsigned round = 0; round < warmup + count; round++) {
		for (unsigned i = commands_count - 1; i > 0; i--) { /* Fisher and Yates */
			unsigned other = (unsigned)random() % (i + 1), one = order[i];

			order[i] = order[other];
			order[other] = one;
		}
		for (unsigned i = 0; i < commands_count; i++) {
			const struct command *command = &commands[order[i]];

			if (round % command->each != 0)
				continue;
			usleep(pause * 1000);
			take(command, 0, round >= warmup);
		}
	}
}

/* What a client prints stays in its buffer until it ends: 64 KiB would be full within its time. */
static void be_client(unsigned client, int begin, unsigned seconds)
{
	static char buffer[1 << 22];
	char ignored;
	int64_t end;

	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (read(begin, &ignored, 1) < 0) /* returns when the parent closes the other end */
		die("read", strerror(errno));
	end = now() + (int64_t)seconds * 1000000;
	while (now() < end)
		take(&commands[0], client, 1);
	exit(0); /* which writes the buffer */
}

static void clients(unsigned count, unsigned seconds)
{
	int begin[2], status, failed = 0;

	if (pipe2(begin, O_CLOEXEC) < 0)
		die("pipe", strerror(errno));
	for (unsigned i = 0; i < count; i++) {
		pid_t child = fork();

		if (child < 0)
			die("fork", strerror(errno));
		if (child == 0) {
			close(begin[1]);
			be_client(i, begin[0], seconds);
		}
	}
	close(begin[1]);
	while (wait(&status) > 0)
		failed |= status;
	if (failed)
		die("clients", "one of them failed");
}

static void every(unsigned pace, unsigned count)
{
	int64_t begin = now();

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (unsigned i = 0; i < count; i++) {
		wait_until(begin + (int64_t)i * pace * 1000);
		take(&commands[i % commands_count], 0, 1);
	}
}

int main(int argc, char **argv)
{
	unsigned number[3] = {0};

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: turns rounds|clients|every NUMBER NUMBER [NUMBER] <COMMANDS\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		number[i - 2] = (unsigned)atoi(argv[i]);
	read_commands();
	if (strcmp(argv[1], "rounds") == 0)
		rounds(number[0], number[1], number[2]);
	else if (strcmp(argv[1], "clients") == 0)
		clients(number[0], number[1]);
	else
		every(number[0], number[1]);
	return 0;
}
