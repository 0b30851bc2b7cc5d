/*
 * dbg - the command that an operator types. dbg(1)
 *
 * It sends the command line to dbgd as it is, passes signals on, copies between the operator's descriptors and
 * those that dbgd sends, prints dbgd's messages, and ends as the tool ended. It keeps from a terminal all
 * characters that the terminal would obey. It prints help and what a shell sources itself (help.c), finds the host of a
 * line and types it for several hosts (remote/host.c), for several containers (several/each.c) and for the connections to a
 * port (forward/forward.c). Otherwise it decides nothing, so no rule is implemented twice; remote/passing.c reads a line for
 * what another host may do to this terminal. A JVM would take 50 ms to start; this program takes less than one.
 *
 * While the tool has a terminal of its own, the operator's terminal is in raw mode. It is restored afterwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../shared/common.h"
#include "../shared/signals.h"
#include "remote/courier.h"
#include "daemon.h"
#include "several/each.h"
#include "ending.h"
#include "shell/expanded.h"
#include "shell/filter.h"
#include "forward/forward.h"
#include "help.h"
#include "remote/host.h"
#include "kube/cluster.h"
#include "kube/plugin.h"
#include "packet.h"
#include "protocol.h"
#include "terminal/screen.h"
#include "shell/shell.h"
#include "remote/other_end.h"
#include "streams.h"
#include "terminal/terminal.h"
#include "typed.h"

/* SIGTSTP and SIGCONT stop and continue the tool as well as this process. */
static const int passed_signals[] = {TOOL_SIGNALS, SIGTSTP, SIGCONT};

/* The variables that concern dbgd: terminal, time zone, colours, the shell's number, whether Tab asks. */
static const char *const told_variables[] = {"TERM", "TZ", "NO_COLOR", "DBG_SHELL", "DBG_TAB"};

/* dbgd answers itself, and no tool runs. A tool finds out itself that nobody reads its output. */
static int answers;

static void put_environment(struct packet *packet)
{
	uint32_t count = 0;

	for (size_t i = 0; i < COUNT(told_variables); i++)
		count += getenv(told_variables[i]) != NULL;
	put_u32(packet, count);
	for (size_t i = 0; i < COUNT(told_variables); i++)
		if (getenv(told_variables[i]))
			put_variable(packet, told_variables[i], getenv(told_variables[i]));
}

static void build_request(struct packet *packet, size_t count, const char *const *words)
{
	/* dbg also works if this directory is gone or unreadable. */
	char *cwd = getcwd(NULL, 0);

	put_header(packet, PACKET_REQUEST);
	put_window_size(packet, window_size());
	put_u8(packet, (uint8_t)terminals());
	put_environment(packet);
	put_string(packet, cwd ? cwd : "");
	put_u32(packet, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		put_string(packet, words[i]);
	free(cwd);
}

/* If a standard descriptor is closed, the socket would get its number, and the tool's output would go there. */
static void open_missing_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) < 0)
			exit(DBG_FAILED);
}

/* Prints dbg's own version. Returns the connection on which dbgd is to add its own; ends if there is no dbgd. */
static int connect_for_version(enum version_form form, const struct host *host)
{
	int fd = !host ? try_to_connect() : host->is_cluster ? -1 : connect_to_host(host, NULL);

	if (form == VERSION_LINE || fd < 0)
		print_version(form);
	if (fd < 0)
		exit(0);
	return fd;
}

static void send_request(int daemon, const struct packet *request)
{
	/* On EPIPE, dbgd has refused the connection. Its message, which says why, is still to be read. */
	if (send(daemon, request->bytes, request->length, MSG_NOSIGNAL) < 0 && errno != EPIPE)
		fail("cannot send the request to dbgd: %s", strerror(errno));
}

static int hold_signals(void)
{
	int fd = receive_signals(passed_signals, COUNT(passed_signals));

	if (fd < 0)
		fail("cannot receive signals: %s", strerror(errno));
	return fd;
}

static void print(int fd, const char *bytes, size_t length)
{
	static char shown[MOST_SHOWN(LARGEST_PACKET)];
	struct screen *screen = screen_of(fd);

	if (screen) {
		count_for_tab(length);
		length = show(screen, bytes, length, shown);
		bytes = shown;
	}
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		if (written < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (written < 0 && errno == EPIPE)
			die_by(SIGPIPE);
		if (written < 0)
			fail("cannot write: %s", strerror(errno));
		bytes += written;
		length -= (size_t)written;
	}
}

/*
 * The tool has ended: prints the rest of its output. This may wait for the reader of that output, so signals are no
 * longer blocked and can end this process.
 */
static void finish(void)
{
	unblock_signals();
	errno = finish_streams();
	if (errno)
		fail("cannot write what the tool printed: %s", strerror(errno));
	if (screen_of(STDOUT_FILENO))
		print(STDOUT_FILENO, end_of_drawing(), strlen(end_of_drawing()));
	leave_terminal();
}

static _Noreturn void end_by(int number)
{
	finish();
	die_by(number);
}

/* The tool's terminal must have the new size before the tool gets SIGWINCH. */
static void pass_window_size(int daemon)
{
	struct winsize size = window_size();
	static struct packet packet;

	resize_streams(&size);
	put_header(&packet, PACKET_WINDOW);
	put_window_size(&packet, size);
	send(daemon, packet.bytes, packet.length, MSG_NOSIGNAL);
}

static void pass_signal(int signals, int daemon)
{
	static struct packet packet;
	struct signalfd_siginfo got;

	if (read(signals, &got, sizeof(got)) != sizeof(got))
		return;
	if (got.ssi_signo == SIGWINCH)
		pass_window_size(daemon);
	put_header(&packet, PACKET_SIGNAL);
	put_u32(&packet, got.ssi_signo);
	/* If dbgd has ended, obey() finds that out. */
	if (send(daemon, packet.bytes, packet.length, MSG_NOSIGNAL) < 0)
		return;
	if (ends_by((int)got.ssi_signo))
		end_by((int)got.ssi_signo);
	/* The shell waits for this process, not for the tool, so this process stops, too, until SIGCONT. */
	if (got.ssi_signo == SIGTSTP) {
		int was_raw = restore_terminal();

		raise(SIGSTOP);
		if (was_raw)
			return_to_raw_mode();
	}
}

/* Where keys are bytes, ~. after Enter ends the line, as with ssh: the host has no part in it. */
static void look_for_way_out(const char *bytes, size_t length)
{
	static char before = '\n';

	for (; length-- > 0; bytes++) {
		if (before == '~' && *bytes == '.')
			fail("~. was typed, which ends the line, and with it what ran there");
		before = *bytes == '\r' || *bytes == '\n' ? '\n' : before == '\n' && *bytes == '~' ? '~' : 0;
	}
}

/* Only while keys are read for the tool: otherwise nothing could be done with them. */
static void take_streams(const struct packet *packet, const int *ends, size_t count, int to_be_raw)
{
	if (packet->length != 3 || open_streams(packet->bytes[2], ends, count) < 0)
		fail("dbgd sent streams that dbg does not understand: "
		     "install dbg and dbgd of the same version");
	if (!to_be_raw || !is_input_read())
		return;
	if (host_asked())
		watch_input(look_for_way_out);
	enter_raw_mode();
}

static void obey(int daemon)
{
	static int answered, to_be_raw;
	static struct packet packet;
	int was_raw;
	int ends[MOST_STREAMS];
	size_t count;
	ssize_t length = receive_packet(daemon, &packet, ends, &count);

	/* ECONNRESET is reported once, ahead of queued packets. */
	if (length < 0 && (errno == EINTR || errno == ECONNRESET))
		return;
	if (length <= 0) {
		finish();
		if (answered && typed.audit)
			fail("the answer is not whole: it was read too slowly, or dbgd ended: write it to a file first");
		fail(answered ? "dbgd ended before the tool did, and the tool with it: see journalctl -u dbgd"
			      : "dbgd ended before it answered: try again: if it ends again, ask its administrator, "
				"journalctl -u dbgd says why");
	}
	answered = 1;
	packet.length = (size_t)length;
	if (packet.length < 2 || packet.bytes[1] != PROTOCOL_VERSION)
		fail("dbgd uses another version of the protocol: install dbg and dbgd of the same version");
	switch (packet.bytes[0]) {
	case PACKET_OUTPUT:
		if (!answers)
			note_answer();
		answers = 1;
		print(STDOUT_FILENO, (const char *)packet.bytes + 2, packet.length - 2);
		return;
	case PACKET_ERROR:
		was_raw = restore_terminal();
		print(STDERR_FILENO, (const char *)packet.bytes + 2, packet.length - 2);
		if (was_raw)
			return_to_raw_mode();
		return;
	case PACKET_RAW:
		require_typed(!typed.audit, "a raw terminal");
		to_be_raw = 1;
		return;
	case PACKET_VERBATIM:
		require_typed(!typed.audit || typed.replay, "escape sequences");
		show_verbatim();
		return;
	case PACKET_DRAWING:
		require_typed(!typed.audit || typed.replay, "a drawing");
		show_drawing();
		return;
	case PACKET_STREAMS:
		require_typed(!typed.audit, "streams");
		take_streams(&packet, ends, count, to_be_raw);
		note_tool();
		return;
	case PACKET_SHELL:
		require_typed(typed.shell, "a shell");
		become_shell(&packet);
	case PACKET_EXITED:
		finish();
		hint_about_pattern((int)number_of(&packet));
		exit((int)number_of(&packet));
	case PACKET_SIGNALLED:
		finish();
		die_by((int)number_of(&packet));
	default:
		fail("dbgd sent an unknown packet 0x%02x: install dbg and dbgd of the same version", packet.bytes[0]);
	}
}

int main(int argc, char **argv)
{
	const char *words[4];
	const struct host *host;
	enum version_form form;
	static struct packet request;
	int daemon, signals, each;

	if (argc > 2 && !strcmp(argv[1], "--filter"))
		become_filter(argv + 2);
	open_missing_descriptors();
	read_line_of_kubectl(&argc, &argv);
	if (stdio_asked(argc - 1, argv + 1))
		run_stdio();
	take_host(&argc, &argv);
	form = version_asked(argc - 1, argv + 1);
	put_verb_first(argv + (argc > 0));
	note_typed(argv + (argc > 0));
	forget_streams();
	help_if_asked(argc - 1, argv + 1);
	run_on_hosts_if_asked(argc, argv);
	if (typed.shell || (argc > 1 && forward_asked(argv + 1)))
		keep_context();
	host = host_asked();
	each = argc > 0 ? each_asked(argv + 1) : -1;
	if (each >= 0)
		run_in_each(argv, each + 1);
	if (argc > 1 && forward_asked(argv + 1))
		run_forward(argv + 1);
	replace_connect(&argc, &argv);
	if (host && host->is_cluster && form == NO_VERSION)
		require_line_for_cluster(argv + 1);
	/* Before connecting, so that a command line that is too long does not cost dbgd anything. */
	if (form == NO_VERSION)
		build_request(&request, (size_t)argc - 1, (const char *const *)argv + 1);
	else
		build_request(&request, ask_for_version(form, words), words);
	if (form != NO_VERSION)
		daemon = connect_for_version(form, host);
	else
		daemon = host ? connect_to_host(host, argv + 1) : connect_to_daemon();
	signals = hold_signals();
	/* If the reader of the output has ended, write(2) fails and the tool's pipe is closed. */
	signal(SIGPIPE, SIG_IGN);
	send_request(daemon, &request);
	for (;;) {
		/* Without events, poll(2) reports that nobody reads the answer any more, if it goes into a pipe. */
		struct pollfd ready[3 + MOST_STREAMS] = {{.fd = daemon, .events = POLLIN},
							 {.fd = signals, .events = POLLIN},
							 {.fd = answers ? STDOUT_FILENO : -1}};

		want_streams(ready + 3);
		if (await_ready(ready, COUNT(ready), time_left()) < 0)
			continue;
		if (ready[1].revents)
			pass_signal(signals, daemon);
		move_streams(ready + 3);
		if (!is_input_read())
			restore_terminal();
		if (ready[0].revents)
			obey(daemon);
		else if (ready[2].revents & POLLERR)
			die_by(SIGPIPE);
		else if (time_left() == 0)
			end_by(ending_signal());
	}
}
