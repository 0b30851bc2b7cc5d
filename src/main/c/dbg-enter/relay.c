/*
 * relay.c - between the tool and the pipes whose other ends the client has.
 *
 * It is the tool's parent where the tool is born in a pid namespace of the container's, leads the
 * session of a tool that has a terminal of its own, pty(7), writes down what is recorded, and sees
 * whether what a tracer prints is read. It has no privilege, and is in no namespace where the container
 * could see it.
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

/* How long the last words of a terminal may take, in milliseconds: they come through a work queue. */
#define LAST_WORDS 200

/*
 * How long a tracer's output may wait for a reader, in milliseconds. What it traces stands still when it
 * can't write, and a server of the container's with it.
 */
#define MOST_UNREAD 1000

/* What the tool has instead of the operator's three, and our ends of it. */
struct substitute {
	int tools[3];
	int input, output, error; /* error is -1 for a terminal, which has one direction out */
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
 * The tool's terminal is that of this process's session too, whose leader it is: Ctrl-C reaches the
 * process group, in which both are, and this one doesn't mind.
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
	/* A tracer that ^S stops holds what it traces. */
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

	/* Out of the way first: one of them may have the number of another's place. */
	for (int i = 0; i < 3; i++)
		require(taken[i] = fcntl(made->tools[i], F_DUPFD_CLOEXEC, 3), "F_DUPFD_CLOEXEC");
	for (int i = 0; i < 3; i++)
		require(dup2(taken[i], i), "dup2");
	/* The others are closed on exec, and before a process is born in a pid namespace. */
}

/* With pid, the first child gives birth to the tool, this process's child too, and ends. */
static void require_birth(int ended)
{
	if (WIFEXITED(ended) && WEXITSTATUS(ended) > 0 && WEXITSTATUS(ended) < DBG_FAILED)
		give_up(DBG_FAILED, "cannot start a process in the container's pid namespace: %s: has it ended?",
			strerror(WEXITSTATUS(ended)));
}

/* Reaps whoever has ended. Whether that was the last, the tool, whose status it then is. */
static int reaped_all(pid_t mother, int *status)
{
	int ended;

	for (;;) {
		pid_t child = waitpid(-1, &ended, WNOHANG);

		if (child < 0)
			return errno == ECHILD;
		if (child == 0)
			return 0;
		if (child == mother)
			require_birth(ended);
		if (child != mother || ended != 0)
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

static int handle_signals(int signals, int terminal, pid_t mother, int *status)
{
	struct signalfd_siginfo got;

	while (read(signals, &got, sizeof(got)) == sizeof(got))
		if (got.ssi_signo == SIGWINCH && terminal >= 0)
			record_window_size(terminal);
	return reaped_all(mother, status);
}

/* What dbgd sends to the process group reaches the tool by itself, and leaves this process be. */
static int hold_signals(void)
{
	static const int held[] = {TOOL_SIGNALS, SIGCHLD, SIGTTOU};
	int fd = receive_signals(held, COUNT(held));

	require(fd, "signalfd");
	signal(SIGPIPE, SIG_IGN);
	return fd;
}

/*
 * How long to wait, in milliseconds. Of a tool that has ended, a pipe has all there will be; but what it
 * left running may still have the other end.
 */
static int patience(const struct flow *flows, size_t count, int has_ended, int terminal)
{
	if (!has_ended)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (!flows[i].inward && has_bytes(&flows[i]))
			return -1;
	return terminal >= 0 ? LAST_WORDS : 0;
}

static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Since when the client has taken nothing of what the tool has printed; 0 if there is nothing to take. */
static long unread_since(const struct flow *flows, size_t count, long since, int moved)
{
	for (size_t i = 0; i < count; i++)
		if (!flows[i].inward && has_bytes(&flows[i]))
			return since && !moved ? since : now();
	return 0;
}

/* Whoever ends here ends the tool: it dies with its parent, and lets go of what it has held. */
static void require_reader(long since)
{
	if (since && now() - since >= MOST_UNREAD)
		give_up(UNREAD, "nobody read for a second what it printed, and the container's processes that it holds "
				"stand still meanwhile: let its output go to a file, or trace less");
}

/* The same beside another limit, -1 for none. */
static int until_unread(int patience, long since)
{
	long left = since + MOST_UNREAD - now();

	if (!since || (patience >= 0 && patience < left))
		return patience;
	return left > 0 ? (int)left : 0;
}

/* Moves what is ready. Whether something has gone out. */
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

/*
 * Copies until the tool has ended and all that it wrote is passed on. What it left running may write on:
 * that is not waited for, and dbgd ends it.
 */
static _Noreturn void keep(const struct orders *orders, int signals, pid_t mother, struct flow *flows, size_t count)
{
	struct pollfd ready[4];
	int has_ended = 0, status = 0, moved = 0, active, found, limit;
	long since = 0;

	for (;;) {
		active = 0;
		for (size_t i = 0; i < count; i++) {
			ready[i] = wanted(&flows[i]);
			/* What it has not read, nobody will. */
			if (has_ended && flows[i].inward)
				ready[i].fd = -1;
			active += ready[i].fd >= 0;
		}
		ready[count] = (struct pollfd){.fd = signals, .events = POLLIN};
		if (has_ended && active == 0)
			end_as(status);
		since = orders->tracer && !has_ended ? unread_since(flows, count, since, moved) : 0;
		require_reader(since);
		limit = patience(flows, count, has_ended, orders->terminal);
		found = poll(ready, count + 1, until_unread(limit, since));
		if (found == 0 && !since)
			end_as(status);
		if (found <= 0) {
			moved = 0;
			continue;
		}
		moved = move_ready(flows, ready, count);
		if (ready[count].revents)
			has_ended |= handle_signals(signals, orders->terminal, mother, &status);
	}
}

static _Noreturn void relay(const struct orders *orders, const struct substitute *made, int signals, int lives,
			    pid_t child)
{
	static struct flow flows[3];
	int kept[] = {made->input, made->output, made->error, signals, lives, report, orders->recording, orders->timing};
	int has_terminal = orders->terminal >= 0;

	flows[0] = (struct flow){.from = STDIN_FILENO, .to = made->input, .inward = 1, .closes = !has_terminal};
	flows[1] = (struct flow){.from = made->output, .to = STDOUT_FILENO, .closes = 1, .taken = record_output};
	flows[2] = (struct flow){.from = made->error, .to = STDERR_FILENO, .closes = 1, .taken = record_output};
	drop_all_privileges();
	keep_only(kept, COUNT(kept));
	die_with(orders->parent);
	begin_recording(orders);
	keep(orders, signals, orders->pid >= 0 ? child : -1, flows, has_terminal ? 2 : 3);
}

int stand_between(struct orders *orders)
{
	struct substitute made = orders->terminal >= 0 ? make_terminal(orders->terminal, orders->tracer) : make_pipes();
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
	/* Our ends are closed with all else before the tool is born; this one would keep itself alive. */
	close(lives);
	orders->parent = self;
	return life;
}
