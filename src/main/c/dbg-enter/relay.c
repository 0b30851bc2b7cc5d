/*
 * relay.c - the relay: a process that copies between the tool and the pipes to the client.
 *
 * It is the parent of a tool that starts in the container's pid namespace, or in one of its own. It is the session
 * leader for a tool with a terminal of its own, pty(7). It records the tool's output. It ends a tracer whose output
 * nobody reads. It has no privileges, and is in no namespace where the container could see it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../shared/flow.h"
#include "../shared/signals.h"
#include "enter.h"

/*
 * How many milliseconds the last output may take from the tool's side of a terminal to its master: the kernel
 * passes it on in a work queue.
 */
#define LAST_OUTPUT 200

/*
 * How many milliseconds the output of a tracer may wait for a reader. While a tracer cannot write, the processes
 * that it traces are stopped, for instance a server in the container.
 */
#define MOST_UNREAD 1000

/* How many of these a piece of at most PIPE_BUF bytes is worth that the client takes: some 30 KB in each second. */
#define WORTH_OF_PIECE 100

/* The tool's standard streams, and the relay's ends of them. */
struct substitute {
	int tools[3];
	int input, output, error; /* error is -1 for a terminal, which has one output */
};

static void make_pipe(int *reader, int *writer)
{
	int ends[2];

	require(pipe2(ends, O_CLOEXEC), "pipe2");
	*reader = ends[0];
	*writer = ends[1];
}

static struct substitute make_pipes(void)
{
	struct substitute made;

	make_pipe(&made.tools[0], &made.input);
	make_pipe(&made.output, &made.tools[1]);
	make_pipe(&made.error, &made.tools[2]);
	never_block(made.input);
	never_block(made.output);
	never_block(made.error);
	return made;
}

/*
 * The terminal becomes the controlling terminal of this session, whose leader this process is. Ctrl-C sends a
 * signal to the process group of the tool and the relay; the relay blocks it.
 */
static struct substitute make_terminal(int master, int tracer)
{
	static const int unlock = 0;
	struct substitute made = {.input = master, .output = master, .error = -1};
	struct termios modes;
	int slave;

	require(ioctl(master, TIOCSPTLCK, &unlock), "TIOCSPTLCK");
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	require(slave, "TIOCGPTPEER");
	require(ioctl(slave, TIOCSCTTY, 0), "TIOCSCTTY");
	require(tcgetattr(slave, &modes), "tcgetattr");
	modes.c_iflag |= IUTF8;
	/* ^S would stop a tracer, and with it the processes that it traces. */
	if (tracer)
		modes.c_iflag &= ~(tcflag_t)IXON;
	require(tcsetattr(slave, TCSANOW, &modes), "tcsetattr");
	never_block(master);
	made.tools[0] = made.tools[1] = made.tools[2] = slave;
	return made;
}

static void become_tools_side(const struct substitute *made)
{
	int taken[3];

	/* First move them above 2: one of them may have a number that another must get. */
	for (int i = 0; i < 3; i++)
		require(taken[i] = fcntl(made->tools[i], F_DUPFD_CLOEXEC, 3), "F_DUPFD_CLOEXEC");
	for (int i = 0; i < 3; i++)
		require(dup2(taken[i], i), "dup2");
	/* The originals are closed on exec, and before a process starts in a pid namespace. */
}

/*
 * With a pid namespace, the first child starts the tool, also as a child of this process, and ends. Its exit
 * status is the errno if that failed.
 */
static void require_start(int ended)
{
	if (WIFEXITED(ended) && WEXITSTATUS(ended) > 0 && WEXITSTATUS(ended) < DBG_FAILED)
		give_up(DBG_FAILED, "cannot start the tool in a pid namespace: %s: has the container or the session "
				    "ended?",
			strerror(WEXITSTATUS(ended)));
}

/*
 * Waits for the children that have ended. Returns 1 if there are no more: then STATUS is the tool's. STARTER is the
 * child that only starts the tool, or -1.
 */
static int reaped_all(pid_t starter, int *status)
{
	int ended;

	for (;;) {
		pid_t child = waitpid(-1, &ended, WNOHANG);

		if (child < 0)
			return errno == ECHILD;
		if (child == 0)
			return 0;
		if (child == starter)
			require_start(ended);
		if (child != starter || ended != 0)
			*status = ended;
	}
}

static _Noreturn void end_as(int status)
{
	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	end_by_signal(WTERMSIG(status));
	_exit(DBG_FAILED);
}

static int handle_signals(int signals, int terminal, pid_t starter, int *status)
{
	struct signalfd_siginfo got;

	while (read(signals, &got, sizeof(got)) == sizeof(got))
		if (got.ssi_signo == SIGWINCH && terminal >= 0)
			record_window_size(terminal);
	return reaped_all(starter, status);
}

/* dbgd sends signals to the process group. They reach the tool directly and must not end this process. */
static int hold_signals(void)
{
	static const int held[] = {TOOL_SIGNALS, SIGCHLD, SIGTTOU};
	int fd = receive_signals(held, COUNT(held));

	require(fd, "signalfd");
	signal(SIGPIPE, SIG_IGN);
	return fd;
}

/*
 * How many milliseconds poll(2) waits, or -1. When the tool has ended, all its output is already in the pipe.
 * End-of-file may come much later, since processes that the tool left running may have the pipe open.
 */
static int patience(const struct flow *flows, size_t count, int has_ended, int terminal)
{
	if (!has_ended)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (!flows[i].inward && has_bytes(&flows[i]))
			return -1;
	return terminal >= 0 ? LAST_OUTPUT : 0;
}

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/*
 * The time since which the client has read none of the tool's output, or too little of it; 0 if there is none to read. MOVED
 * says whether it has just taken a piece. When it has taken the last one that is here, the tool may be about to write the
 * next, which of a terminal's output is each: what was late stays so until a round in which nothing comes.
 */
static long unread_since(const struct flow *flows, size_t count, long since, int moved)
{
	long time = now();

	if (since)
		since += moved * WORTH_OF_PIECE;
	for (size_t i = 0; i < count; i++)
		if (!flows[i].inward && has_bytes(&flows[i]))
			return since && since < time ? since : time;
	return since && moved ? (since < time ? since : time) : 0;
}

/* When this process ends, the kernel kills the tool, a tracer, and the processes that it traced go on. */
static void require_reader(long since)
{
	if (since && now() - since >= MOST_UNREAD)
		give_up(UNREAD, "nobody read the tool's output for a second, or too little of it, and the processes that it traces are "
				"stopped meanwhile: redirect its output to a file, or trace less");
}

/* The shorter of PATIENCE, -1 for no limit, and the time until require_reader() gives up. */
static int until_unread(int patience, long since)
{
	long left = since + MOST_UNREAD - now();

	if (!since || (patience >= 0 && patience < left))
		return patience;
	return left > 0 ? (int)left : 0;
}

/* Moves what is ready. Returns whether output was passed on. */
static int move_ready(struct flow *flows, const struct pollfd *ready, size_t count)
{
	int moved = 0;

	for (size_t i = 0; i < count; i++)
		if (ready[i].fd >= 0 && ready[i].revents) {
			moved |= !flows[i].inward && has_bytes(&flows[i]);
			move_bytes(&flows[i]);
		}
	return moved;
}

/* What poll(2) is to wait for. Returns how many flows are still open. */
static int want(struct pollfd *ready, const struct flow *flows, size_t count, int has_ended)
{
	int left = 0;

	for (size_t i = 0; i < count; i++) {
		ready[i] = wanted(&flows[i]);
		/* A tool that has ended reads no more input. */
		if (has_ended && flows[i].inward)
			ready[i].fd = -1;
		left += ready[i].fd >= 0;
	}
	return left;
}

/*
 * Copies until the tool has ended and all its output is passed on, and ends as the tool. Processes that the tool left
 * running may go on writing. The relay does not wait for them, and dbgd kills them.
 */
static _Noreturn void copy_until_end(const struct orders *orders, int signals, pid_t starter, struct flow *flows,
				     size_t count)
{
	int terminal = orders->streams.terminal;
	struct pollfd ready[4];
	int has_ended = 0, status = 0, moved = 0, left, found, limit;
	long since = 0;

	for (;;) {
		left = want(ready, flows, count, has_ended);
		ready[count] = (struct pollfd){.fd = signals, .events = POLLIN};
		if (has_ended && left == 0)
			end_as(status);
		since = orders->limits.tracer && !has_ended ? unread_since(flows, count, since, moved) : 0;
		require_reader(since);
		limit = patience(flows, count, has_ended, terminal);
		found = poll(ready, count + 1, until_unread(limit, since));
		if (found == 0 && !since)
			end_as(status);
		if (found <= 0) {
			moved = 0;
			continue;
		}
		moved = move_ready(flows, ready, count);
		if (ready[count].revents)
			has_ended |= handle_signals(signals, terminal, starter, &status);
	}
}

static _Noreturn void relay(const struct orders *orders, const struct substitute *made, int signals, int lives,
			    pid_t child)
{
	static struct flow flows[3];
	const struct streams *streams = &orders->streams;
	int kept[] = {made->input, made->output, made->error,	    signals,
		      lives,	   report,	 streams->recording, streams->timing};
	int has_terminal = streams->terminal >= 0;
	pid_t starter = is_in_pid_namespace(orders) ? child : -1;

	flows[0] = (struct flow){.from = STDIN_FILENO, .to = made->input, .inward = 1, .closes = !has_terminal};
	flows[1] = (struct flow){.from = made->output, .to = STDOUT_FILENO, .closes = 1, .taken = record_output};
	flows[2] = (struct flow){.from = made->error, .to = STDERR_FILENO, .closes = 1, .taken = record_output};
	/* Also where poll(2) says that they are ready: a byte by MSG_OOB makes it say so, and is nothing to read. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		never_block(fd);
	drop_all_privileges();
	keep_only(kept, COUNT(kept));
	die_with(orders->sync.parent);
	begin_recording(streams);
	if (has_terminal)
		record_window_size(streams->terminal);
	copy_until_end(orders, signals, starter, flows, has_terminal ? 2 : 3);
}

int start_relay(struct orders *orders)
{
	int terminal = orders->streams.terminal;
	struct substitute made = terminal >= 0 ? make_terminal(terminal, orders->limits.tracer) : make_pipes();
	pid_t self = getpid();
	int signals = hold_signals();
	int life, lives;
	pid_t child;

	make_pipe(&life, &lives);
	child = fork();
	require(child, "fork");
	if (child > 0)
		relay(orders, &made, signals, lives, child);
	signal(SIGPIPE, SIG_DFL);
	require(unblock_signals(), "sigprocmask");
	die_with(self);
	become_tools_side(&made);
	/*
	 * keep_only() closes the relay's other ends before the tool starts. This one must be closed now, since LIFE
	 * does not hang up while this process has it.
	 */
	close(lives);
	orders->sync.parent = self;
	return life;
}
