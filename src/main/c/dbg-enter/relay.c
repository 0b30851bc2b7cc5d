/*
 * relay.c - between the tool and the operator's descriptors.
 *
 * What the operator handed over never enters a pid namespace of the container's: there its root could
 * open the operator's terminal through /proc/TOOL/fd/0. A process stays outside and copies, from the
 * operator's descriptors to pipes, or to a terminal of the tool's own, pty(7). It has no privilege, and
 * is in no namespace where the container could see it.
 *
 * The operator's descriptors are shared with other programs, so they are never made non-blocking: poll(2)
 * says when they take a byte, and a pipe is never given more than it then takes.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "enter.h"

/* How long the last words of a terminal may take, in milliseconds: they come through a work queue. */
#define LAST_WORDS 200

/* How long the operator's terminal may take to become raw, in milliseconds. */
#define UNTIL_RAW 1000

/* One direction. A descriptor that is closed, or not ours to use any longer, is -1. */
struct flow {
	int from, to;
	int inward;		/* whether it goes to the tool */
	int closes;		/* whether closing our end of it tells the tool that it is over */
	size_t start, end;
	char bytes[64 * 1024];
};

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

static void never_block(int fd)
{
	require(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), "F_SETFL");
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

static void copy_window_size(int terminal)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 || ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(terminal, TIOCSWINSZ, &size);
}

/*
 * The tool's terminal is that of this process's session too, whose leader it is: Ctrl-C reaches the
 * process group, in which both are, and this one doesn't mind.
 */
static struct substitute make_terminal(int master)
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
	require(tcsetattr(slave, TCSANOW, &modes), "tcsetattr");
	copy_window_size(master);
	never_block(master);
	made.tools[0] = made.tools[1] = made.tools[2] = slave;
	return made;
}

/*
 * dbg makes the operator's terminal raw when dbgd says so, which is while this process starts. What the tool
 * prints before would be changed on its way, and what is typed would be echoed twice. A client that takes
 * long is not waited for.
 */
static void await_raw_terminal(void)
{
	struct termios modes;

	for (int waited = 0; waited < UNTIL_RAW; waited++) {
		if (tcgetattr(STDIN_FILENO, &modes) < 0 || !(modes.c_lflag & ICANON))
			return;
		poll(NULL, 0, 1);
	}
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

/* Whether something that was taken is still to be given. */
static int has_bytes(const struct flow *flow)
{
	return flow->start < flow->end;
}

static void stop(struct flow *flow)
{
	if (flow->closes)
		close(flow->inward ? flow->to : flow->from);
	flow->closes = 0;
	flow->from = flow->to = -1;
}

static void take(struct flow *flow)
{
	ssize_t got = read(flow->from, flow->bytes, sizeof(flow->bytes));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		stop(flow);
		return;
	}
	flow->start = 0;
	flow->end = (size_t)got;
	if (!flow->inward)
		record_output(flow->bytes, flow->end);
}

static void give(struct flow *flow)
{
	size_t length = flow->end - flow->start;
	ssize_t given = write(flow->to, flow->bytes + flow->start, length < PIPE_BUF ? length : PIPE_BUF);

	if (given < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (given < 0) {
		/* Nobody reads: neither shall the tool write, which tells it. */
		flow->start = flow->end = 0;
		stop(flow);
		return;
	}
	flow->start += (size_t)given;
}

static struct pollfd wanted(const struct flow *flow)
{
	if (has_bytes(flow))
		return (struct pollfd){.fd = flow->to, .events = POLLOUT};
	return (struct pollfd){.fd = flow->from, .events = POLLIN};
}

static void move(struct flow *flow)
{
	if (has_bytes(flow))
		give(flow);
	else
		take(flow);
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
	sigset_t one;

	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	signal(WTERMSIG(status), SIG_DFL);
	sigemptyset(&one);
	sigaddset(&one, WTERMSIG(status));
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	kill(getpid(), WTERMSIG(status));
	_exit(DBG_FAILED);
}

static int handle_signals(int signals, int terminal, pid_t mother, int *status)
{
	struct signalfd_siginfo got;

	while (read(signals, &got, sizeof(got)) == sizeof(got))
		if (got.ssi_signo == SIGWINCH && terminal >= 0) {
			copy_window_size(terminal);
			record_window_size(terminal);
		}
	return reaped_all(mother, status);
}

/* What dbgd sends to the process group reaches the tool by itself, and leaves this process be. */
static int hold_signals(void)
{
	static const int held[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD, SIGTTOU};
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT(held); i++)
		sigaddset(&set, held[i]);
	require(sigprocmask(SIG_BLOCK, &set, NULL), "sigprocmask");
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	require(fd, "signalfd");
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

/*
 * Copies until the tool has ended and all that it wrote is passed on. What it left running may write on:
 * that is not waited for, and dbgd ends it.
 */
static _Noreturn void keep(int signals, int terminal, pid_t mother, struct flow *flows, size_t count)
{
	struct pollfd ready[4];
	int has_ended = 0, status = 0, active, found;

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
		found = poll(ready, count + 1, patience(flows, count, has_ended, terminal));
		if (found == 0)
			end_as(status);
		if (found < 0)
			continue;
		for (size_t i = 0; i < count; i++)
			if (ready[i].fd >= 0 && ready[i].revents)
				move(&flows[i]);
		if (ready[count].revents)
			has_ended |= handle_signals(signals, terminal, mother, &status);
	}
}

static _Noreturn void relay(const struct orders *orders, const struct substitute *made, int signals, int lives,
			    pid_t child)
{
	static struct flow flows[3];
	int kept[] = {made->input, made->output, made->error, signals, lives, report, orders->recording, orders->timing};
	int has_terminal = orders->terminal >= 0;

	flows[0] = (struct flow){.from = STDIN_FILENO, .to = made->input, .inward = 1, .closes = !has_terminal};
	flows[1] = (struct flow){.from = made->output, .to = STDOUT_FILENO, .closes = 1};
	flows[2] = (struct flow){.from = made->error, .to = STDERR_FILENO, .closes = 1};
	drop_all_privileges();
	keep_only(kept, COUNT(kept));
	die_with(orders->parent);
	begin_recording(orders);
	if (has_terminal)
		await_raw_terminal();
	keep(signals, orders->terminal, orders->pid >= 0 ? child : -1, flows, has_terminal ? 2 : 3);
}

int stand_between(struct orders *orders)
{
	struct substitute made = orders->terminal >= 0 ? make_terminal(orders->terminal) : make_pipes();
	pid_t self = getpid();
	int signals = hold_signals();
	int life, lives;
	sigset_t none;
	pid_t child;

	make_pipe(&life, &lives);
	child = fork();
	require(child, "fork");
	if (child > 0)
		relay(orders, &made, signals, lives, child);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	require(sigprocmask(SIG_SETMASK, &none, NULL), "sigprocmask");
	die_with(self);
	become_tools_side(&made);
	/* Our ends are closed with all else before the tool is born; this one would keep itself alive. */
	close(lives);
	orders->parent = self;
	return life;
}
