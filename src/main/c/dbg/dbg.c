/*
 * dbg - what an operator types. dbg(1)
 *
 * Responsible for: handing the command line, as it is, to dbgd; passing on signals; copying between the
 * operator's descriptors and those that dbgd sends; printing what dbgd says; giving a terminal nothing
 * that it would obey; ending as the tool ended. It parses nothing and decides nothing, so nothing is
 * written twice. A JVM would need 50 ms to say hello; this needs less than one.
 *
 * While the tool has a terminal of its own, this one's keys are passed on raw, and it is as it was found
 * in the end.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "../shared/common.h"
#include "../shared/signals.h"
#include "protocol.h"
#include "screen.h"
#include "streams.h"

/* SIGTSTP and SIGCONT stop and continue both the tool and this process. */
static const int passed_signals[] = {TOOL_SIGNALS, SIGTSTP, SIGCONT};

/* How the terminal was found, and whether it is raw now. */
static struct termios found;
static int is_raw;

static void make_raw(void)
{
	struct termios raw = found;

	cfmakeraw(&raw);
	is_raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

/* At every end, and before anything of dbg's is printed: lines would not start at the left. */
static void restore_terminal(void)
{
	if (is_raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &found);
	is_raw = 0;
}

static void pass_keys_on(void)
{
	if (tcgetattr(STDIN_FILENO, &found) == 0)
		make_raw();
}

static _Noreturn void fail(const char *format, ...)
{
	va_list values;

	restore_terminal();
	fputs("dbg: ", stderr);
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	exit(DBG_FAILED);
}

struct packet {
	unsigned char bytes[LARGEST_PACKET];
	size_t length;
};

static void put_bytes(struct packet *packet, const void *bytes, size_t length)
{
	if (length > sizeof(packet->bytes) - packet->length)
		fail("the command line is too long: a request holds %d bytes: use fewer or shorter arguments",
		     LARGEST_PACKET);
	memcpy(packet->bytes + packet->length, bytes, length);
	packet->length += length;
}

static void put_u8(struct packet *packet, uint8_t value)
{
	put_bytes(packet, &value, sizeof(value));
}

static void put_u16(struct packet *packet, uint16_t value)
{
	value = htobe16(value);
	put_bytes(packet, &value, sizeof(value));
}

static void put_u32(struct packet *packet, uint32_t value)
{
	value = htobe32(value);
	put_bytes(packet, &value, sizeof(value));
}

static void put_string(struct packet *packet, const char *text)
{
	size_t length = strlen(text);

	put_u32(packet, (uint32_t)length);
	put_bytes(packet, text, length);
}

static void put_header(struct packet *packet, enum packet_type type)
{
	packet->length = 0;
	put_u8(packet, (uint8_t)type);
	put_u8(packet, PROTOCOL_VERSION);
}

/* No terminal leaves both at 0. */
static struct winsize window_size(void)
{
	struct winsize size = {0};

	for (int fd = 0; fd <= 2; fd++)
		if (ioctl(fd, TIOCGWINSZ, &size) == 0)
			break;
	return size;
}

static void put_window_size(struct packet *packet, struct winsize size)
{
	put_u16(packet, size.ws_row);
	put_u16(packet, size.ws_col);
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

static void build_request(struct packet *packet, int argc, char **argv)
{
	/* A directory that is gone or unreadable is no reason not to debug. */
	char *cwd = getcwd(NULL, 0);

	put_header(packet, PACKET_REQUEST);
	put_window_size(packet, window_size());
	put_u8(packet, (uint8_t)terminals());
	put_string(packet, environment("TERM"));
	put_string(packet, cwd ? cwd : "");
	put_u32(packet, (uint32_t)argc);
	for (int i = 0; i < argc; i++)
		put_string(packet, argv[i]);
	free(cwd);
}

/* A standard descriptor that is closed would be taken by the socket, and the tool would write there. */
static void open_missing_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) < 0)
			exit(DBG_FAILED);
}

static int connect_to_daemon(void)
{
	const char *path = getenv("DBG_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (!path || !*path)
		path = DEFAULT_SOCKET;
	if (strlen(path) >= sizeof(address.sun_path))
		fail("DBG_SOCKET is too long: %s", path);
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fail("cannot make a socket: %s", strerror(errno));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		const char *advice =
			errno == EACCES ? "ask to be added to the group that owns it, usually dbg, and log in again"
					: "is dbgd running? systemctl status dbgd.socket";
		fail("cannot reach dbgd at %s: %s: %s", path, strerror(errno), advice);
	}
	return fd;
}

static void send_request(int daemon, const struct packet *request)
{
	/* Whoever is turned away is told why before the connection is closed: that is still to be read. */
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

/* The tool's terminal gets the size before the tool hears of it. */
static void pass_window_size(int daemon)
{
	struct winsize size = window_size();
	struct packet packet;

	resize_streams(&size);
	put_header(&packet, PACKET_WINDOW);
	put_window_size(&packet, size);
	send(daemon, packet.bytes, packet.length, MSG_NOSIGNAL);
}

static void pass_signal(int signals, int daemon)
{
	struct signalfd_siginfo got;
	struct packet packet;

	if (read(signals, &got, sizeof(got)) != sizeof(got))
		return;
	if (got.ssi_signo == SIGWINCH)
		pass_window_size(daemon);
	put_header(&packet, PACKET_SIGNAL);
	put_u32(&packet, got.ssi_signo);
	/* A daemon that is gone is noticed where its packets are read. */
	if (send(daemon, packet.bytes, packet.length, MSG_NOSIGNAL) < 0)
		return;
	/* The shell waits for us, not for the tool: stop as well. It is SIGCONT that goes on. */
	if (got.ssi_signo == SIGTSTP) {
		int was_raw = is_raw;

		restore_terminal();
		raise(SIGSTOP);
		if (was_raw)
			make_raw();
	}
}

static void print(int fd, const char *bytes, size_t length)
{
	static char shown[MOST_SHOWN(LARGEST_PACKET)];
	struct screen *screen = screen_of(fd);

	if (screen) {
		length = show(screen, bytes, length, shown);
		bytes = shown;
	}
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			fail("cannot write: %s", strerror(errno));
		bytes += written;
		length -= (size_t)written;
	}
}

static _Noreturn void die_by(int signal_number)
{
	static const struct rlimit none = {0, 0};

	restore_terminal();
	/* The tool has dumped its core, if any; this one's would only mislead. */
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	end_by_signal(signal_number);
	exit(128 + signal_number);
}

/* The tool has ended. A reader that does not read is waited for, and that can be interrupted. */
static void finish(void)
{
	unblock_signals();
	errno = finish_streams();
	if (errno)
		fail("cannot write what the tool printed: %s", strerror(errno));
	restore_terminal();
}

static uint32_t number_of(const struct packet *packet)
{
	uint32_t value;

	if (packet->length != 2 + sizeof(value))
		fail("dbgd sent a packet of %zu bytes that dbg does not understand: "
		     "are dbg and dbgd of one version?", packet->length);
	memcpy(&value, packet->bytes + 2, sizeof(value));
	return be32toh(value);
}

/* A packet, and the descriptors that came with it: at most as many as there are streams. */
static ssize_t receive(int daemon, struct packet *packet, int *ends, size_t *count)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(MOST_STREAMS * sizeof(int))];
	} control;
	struct iovec data = {.iov_base = packet->bytes, .iov_len = sizeof(packet->bytes)};
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	ssize_t length = recvmsg(daemon, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *rights = length < 0 ? NULL : CMSG_FIRSTHDR(&message);

	*count = 0;
	if (rights && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) {
		*count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(ends, CMSG_DATA(rights), *count * sizeof(int));
	}
	return length;
}

static void obey(int daemon)
{
	struct packet packet;
	int ends[MOST_STREAMS];
	size_t count;
	ssize_t length = receive(daemon, &packet, ends, &count);

	/* A reset is told once, before what had been sent until then. */
	if (length < 0 && (errno == EINTR || errno == ECONNRESET))
		return;
	if (length <= 0) {
		finish();
		fail("dbgd ended before the tool did, and the tool with it: see journalctl -u dbgd");
	}
	packet.length = (size_t)length;
	if (packet.length < 2 || packet.bytes[1] != PROTOCOL_VERSION)
		fail("dbgd speaks another version of the protocol: install dbg and dbgd of one version");
	switch (packet.bytes[0]) {
	case PACKET_OUTPUT:
		print(STDOUT_FILENO, (const char *)packet.bytes + 2, packet.length - 2);
		return;
	case PACKET_ERROR:
		restore_terminal();
		print(STDERR_FILENO, (const char *)packet.bytes + 2, packet.length - 2);
		return;
	case PACKET_RAW:
		pass_keys_on();
		return;
	case PACKET_VERBATIM:
		show_verbatim();
		return;
	case PACKET_STREAMS:
		if (packet.length != 3 || open_streams(packet.bytes[2], ends, count) < 0)
			fail("dbgd sent streams that dbg does not understand: are dbg and dbgd of one version?");
		return;
	case PACKET_EXITED:
		finish();
		exit((int)number_of(&packet));
	case PACKET_SIGNALLED:
		finish();
		die_by((int)number_of(&packet));
	default:
		fail("dbgd sent an unknown packet 0x%02x: install dbg and dbgd of one version", packet.bytes[0]);
	}
}

int main(int argc, char **argv)
{
	struct packet request;
	int daemon, signals;

	open_missing_descriptors();
	forget_streams();
	/* Before connecting: nothing done for us yet, so a long command line costs nobody anything. */
	build_request(&request, argc - 1, argv + 1);
	daemon = connect_to_daemon();
	signals = hold_signals();
	/* A reader that is gone is an error of write(2), which the tool is told of. */
	signal(SIGPIPE, SIG_IGN);
	send_request(daemon, &request);
	for (;;) {
		struct pollfd ready[2 + MOST_STREAMS] = {{.fd = daemon, .events = POLLIN},
							 {.fd = signals, .events = POLLIN}};

		want_streams(ready + 2);
		if (poll(ready, COUNT(ready), -1) < 0)
			continue;
		if (ready[1].revents)
			pass_signal(signals, daemon);
		move_streams(ready + 2);
		if (ready[0].revents)
			obey(daemon);
	}
}
