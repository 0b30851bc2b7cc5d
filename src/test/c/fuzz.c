/*
 * fuzz.c - hostile ends for dbg, which is linked with it, its main renamed. Each run is made by a number, its seed: the
 * same seed sends the same bytes. dbg must end, and the compiler's sanitizers must have nothing to say.
 *
 * usage: fuzz stdio|client|host FIRST COUNT
 *
 *   stdio   `dbg stdio`: the dbg of another host, which is the client, and the dbgd of this host
 *   client  dbg: the dbgd
 *   host    `dbg -H`: the dbg stdio of another host, in the place of ssh
 *
 * It exits with 1 and prints the seed at the first fault.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../main/c/dbg/packet.h"
#include "../../main/c/dbg/remote/frames.h"
#include "../../main/c/dbg/remote/greeting.h"

/* In milliseconds: how long nothing comes before an end is closed, and how long a run may take. */
#define QUIET 3
#define LONGEST 20000

#define MOST_BYTES (160 * 1024)
#define MOST_PACKETS 12

int dbg_main(int argc, char **argv);
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
int __wrap_execvp(const char *file, char **words);
int __wrap_execv(const char *file, char **words);
void __wrap_end_by_signal(int number);

const char *__asan_default_options(void)
{
	return "abort_on_error=1:detect_leaks=0:handle_abort=0";
}

const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=0";
}

static struct packet packets[MOST_PACKETS];
static size_t packet_count;

/* What is sent in frames: the same packets and more. */
static unsigned char bytes[MOST_BYTES];
static size_t byte_count;

static uint64_t state;

/* What dbg may be made to do hangs on what was typed. */
static const char *const lines[][6] = {{"dbg", "stdio"},
				       {"dbg", "shell", "web"},
				       {"dbg", "shell", "web"},
				       {"dbg", "web", "net", "--", "act"},
				       {"dbg", "-t", "web", "act"},
				       {"dbg", "audit", "replay", "x"},
				       {"dbg", "completion", "--line", "--", "web"},
				       {"dbg", "ps"}};
static const char *const *line;

static uint32_t chance(uint32_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % below;
}

static _Noreturn void broken(const char *what)
{
	perror(what);
	exit(2);
}

static void make_packet(struct packet *packet)
{
	static const unsigned char types[] = {PACKET_REQUEST, PACKET_SIGNAL,  PACKET_WINDOW,   PACKET_BEHALF,  PACKET_OUTPUT,
					      PACKET_ERROR,   PACKET_EXITED,  PACKET_SIGNALLED, PACKET_RAW,	 PACKET_STREAMS,
					      PACKET_STREAMS, PACKET_STREAMS, PACKET_VERBATIM, PACKET_SHELL,  PACKET_DRAWING};
	static const char *const texts[] = {"", "bash", "\033[2J\x9b\xe2\x80\xae", "\xf0\x9f\xff", "/dev/fd/9", "dbg: no\n\0"};
	static const uint32_t numbers[] = {0, 1, 7, 9, 15, 0xff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff};
	int asks_shell = !strcmp(line[1], "shell") && chance(3);
	unsigned type = asks_shell ? PACKET_SHELL : types[chance(sizeof(types))];

	put_header(packet, (enum packet_type)type);
	if (type == PACKET_STREAMS && chance(8)) {
		put_u8(packet, (uint8_t)chance(8));
	} else if ((type == PACKET_EXITED || type == PACKET_SIGNALLED || type == PACKET_SIGNAL) && chance(8)) {
		put_u32(packet, chance(2) ? chance(40) : numbers[chance(10)]);
	} else if (type != PACKET_RAW && type != PACKET_VERBATIM && type != PACKET_DRAWING) {
		for (uint32_t parts = chance(8); parts > 0; parts--)
			if (chance(2))
				put_string(packet, texts[chance(6)]);
			else
				put_u32(packet, numbers[chance(10)]);
	}
	if (!chance(20))
		while (packet->length < LARGEST_PACKET)
			put_u8(packet, (uint8_t)chance(256));
	if (!chance(10))
		packet->length = chance((uint32_t)packet->length + 1);
	for (uint32_t changes = chance(6) ? 0 : chance(4); changes > 0 && packet->length > 0; changes--)
		packet->bytes[chance((uint32_t)packet->length)] = (unsigned char)chance(256);
}

static void add(const void *added, size_t length)
{
	if (length > MOST_BYTES - byte_count)
		length = MOST_BYTES - byte_count;
	memcpy(bytes + byte_count, added, length);
	byte_count += length;
}

static void add_frame(void)
{
	static const unsigned char types[] = {FRAME_PACKET, FRAME_PACKET, FRAME_PACKET, FRAME_GONE, FRAME_ASK, FRAME_ANSWER};
	static unsigned char body[LARGEST_BODY];
	static struct packet packet;
	unsigned char type = types[chance(sizeof(types))];
	uint32_t length = chance(4) ? chance(64) : chance(LARGEST_BODY + 1), told;

	memset(body, 'x', sizeof(body));
	if (chance(2)) {
		type = (unsigned char)((chance(3) + 1) << 4 | (chance(4) ? chance(3) : chance(16)));
		length = (type & 0xf0) == FRAME_CLOSED ? 0 : (type & 0xf0) == FRAME_ROOM ? 4 : length;
		told = htobe32(chance(2) ? chance(1 << 20) : 0xffffffff);
		memcpy(body, &told, sizeof(told));
	} else if (type == FRAME_PACKET) {
		make_packet(&packet);
		length = (uint32_t)packet.length;
		memcpy(body, packet.bytes, length);
	} else if (chance(8)) {
		length = 0;
	}
	if (!chance(30))
		type = (unsigned char)chance(256);
	told = htobe32(chance(40) ? length : chance(2) ? LARGEST_BODY + 1 : 0xffffffff);
	add(&type, 1);
	add(&told, sizeof(told));
	add(body, length);
}

static void make_input(uint32_t seed, int is_stdio)
{
	char greeting[LONGEST_GREETING + 1];

	state = seed * UINT64_C(0x9e3779b97f4a7c15);
	line = lines[is_stdio ? 0 : 1 + chance(7)];
	packet_count = chance(MOST_PACKETS + 1);
	for (size_t i = 0; i < packet_count; i++)
		make_packet(&packets[i]);
	/* Often what lets streams be used: else most of what follows would be refused. */
	if (packet_count > 1 && chance(2)) {
		put_header(&packets[0], PACKET_STREAMS);
		put_u8(&packets[0], 7);
	}
	byte_count = 0;
	snprintf(greeting, sizeof(greeting), "%s %d %d 0\n", is_stdio ? GREETING_OF_CLIENT : GREETING_OF_STDIO, FRAMES_VERSION,
		 PROTOCOL_VERSION);
	add(greeting, chance(30) ? strlen(greeting) : chance((uint32_t)strlen(greeting)));
	if (chance(4)) {
		static const unsigned char request[] = {FRAME_PACKET, 0, 0, 0, 3, PACKET_STREAMS, PROTOCOL_VERSION, 7};

		add(request, sizeof(request));
	}
	for (uint32_t frames = chance(24); frames > 0; frames--)
		add_frame();
}

/* Reads all that comes, and returns when nothing came for a while. */
static void drain(int fd)
{
	static char taken[1 << 16];
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	while (poll(&ready, 1, QUIET) > 0)
		if (read(fd, taken, sizeof(taken)) <= 0)
			return;
}

static void send_bytes(int to, int from)
{
	for (size_t at = 0; at < byte_count;) {
		struct pollfd ready[] = {{.fd = to, .events = POLLOUT}, {.fd = from, .events = POLLIN}};
		ssize_t sent;

		/* Who neither takes anything nor ends has closed what it would read. */
		if (poll(ready, 2, 200) <= 0 || ready[0].revents & POLLERR)
			return;
		if (ready[1].revents) {
			static char taken[1 << 16];

			if (read(from, taken, sizeof(taken)) <= 0)
				return;
		}
		if (!(ready[0].revents & POLLOUT))
			continue;
		sent = write(to, bytes + at, byte_count - at);
		if (sent <= 0)
			return;
		at += (size_t)sent;
	}
}

/* dbgd sends up to four descriptors with a packet, one more than a client has room for. */
static void send_packets(int client)
{
	int files[4];

	for (int i = 0; i < 4; i++) {
		files[i] = memfd_create("stream", MFD_CLOEXEC);
		if (files[i] < 0 || write(files[i], "of the tool\n", 12) < 0 || lseek(files[i], 0, SEEK_SET) < 0)
			broken("memfd_create");
	}
	for (size_t i = 0; i < packet_count; i++) {
		size_t count = packets[i].length > 0 && packets[i].bytes[0] == PACKET_STREAMS ? 3 : chance(8) ? 0 : chance(5);
		union {
			struct cmsghdr align;
			char room[CMSG_SPACE(sizeof(files))];
		} control = {0};
		struct iovec data = {.iov_base = packets[i].bytes, .iov_len = packets[i].length};
		struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};

		if (count > 0) {
			message.msg_control = &control;
			message.msg_controllen = CMSG_SPACE(count * sizeof(int));
			control.align.cmsg_level = SOL_SOCKET;
			control.align.cmsg_type = SCM_RIGHTS;
			control.align.cmsg_len = CMSG_LEN(count * sizeof(int));
			memcpy(CMSG_DATA(&control.align), files, count * sizeof(int));
		}
		if (sendmsg(client, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
	}
	for (int i = 0; i < 4; i++)
		close(files[i]);
}

/* Nothing is executed, whatever an end asks for. In the place of ssh is the other end. */
int __wrap_execvp(const char *file, char **words)
{
	(void)words;
	if (!strcmp(file, "ssh")) {
		signal(SIGPIPE, SIG_IGN);
		send_bytes(STDOUT_FILENO, STDIN_FILENO);
		drain(STDIN_FILENO);
		_exit((int)chance(256));
	}
	errno = ENOENT;
	return -1;
}

int __wrap_execv(const char *file, char **words)
{
	(void)file, (void)words;
	errno = ENOENT;
	return -1;
}

/* Only a fault ends a process by a signal. */
void __wrap_end_by_signal(int number)
{
	(void)number;
}

static struct sockaddr_un address = {.sun_family = AF_UNIX};

static int listen_for_clients(void)
{
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char directory[] = "/tmp/dbg-fuzz-XXXXXX";

	if (listener < 0 || !mkdtemp(directory))
		broken("a socket");
	snprintf(address.sun_path, sizeof(address.sun_path), "%.60s/s", directory);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 8) < 0)
		broken(address.sun_path);
	setenv("DBG_SOCKET", address.sun_path, 1);
	return listener;
}

static void remove_socket(void)
{
	char *name = strrchr(address.sun_path, '/');

	if (!name)
		return;
	unlink(address.sun_path);
	*name = '\0';
	rmdir(address.sun_path);
}

static _Noreturn void become_dbg(void)
{
	char *words[6] = {NULL};
	int count = 0;

	for (; line[count]; count++)
		words[count] = strdup(line[count]);
	exit(dbg_main(count, words));
}

static void obey_seed(int is_stdio, int listener, int in, int out)
{
	struct pollfd ready = {.fd = listener, .events = POLLIN};
	int client = -1;

	if (is_stdio)
		send_bytes(in, out);
	if (listener >= 0 && poll(&ready, 1, is_stdio ? QUIET : 1000) > 0)
		client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (client >= 0)
		send_packets(client);
	drain(out);
	close(in);
	if (client >= 0)
		close(client);
}

/* What dbg has started is waited for too: the courier has closed its standard error. */
static void require_end(pid_t child, int out, int said, uint32_t seed)
{
	static char text[1 << 16];
	int status = 0, left = LONGEST;

	for (; left > 0 && waitpid(-1, &status, WNOHANG) >= 0; left--) {
		int by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

		if (by == SIGABRT || by == SIGSEGV || by == SIGBUS || by == SIGFPE || by == SIGILL)
			break;
		while (recv(out, text, sizeof(text), MSG_DONTWAIT) > 0)
			continue;
		status = 0;
		poll(NULL, 0, 1);
	}
	if (left > 0 && !status)
		return;
	kill(-child, SIGKILL);
	memset(text, 0, sizeof(text));
	if (pread(said, text, sizeof(text) - 1, 0) < 0)
		broken("pread");
	fprintf(stderr, "seed %u: %s: %s\n", seed, status ? "a process was aborted" : "it does not end", text);
	exit(1);
}

static void run(const char *target, uint32_t seed, int listener)
{
	int in[2], out[2], said = memfd_create("said", MFD_CLOEXEC), is_stdio = !strcmp(target, "stdio");
	pid_t child;

	make_input(seed, is_stdio);
	if (said < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out) < 0 || (child = fork()) < 0)
		broken("a run");
	if (child == 0) {
		setpgid(0, 0);
		if (dup2(in[1], STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0)
			broken("dup2");
		close(in[0]);
		close(out[0]);
		signal(SIGPIPE, SIG_DFL);
		become_dbg();
	}
	setpgid(child, child);
	close(in[1]);
	close(out[1]);
	obey_seed(is_stdio, listener, in[0], out[0]);
	require_end(child, out[0], said, seed);
	close(out[0]);
	close(said);
}

int main(int argc, char **argv)
{
	int listener = -1;

	if (argc != 4)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (strcmp(argv[1], "host"))
		listener = listen_for_clients();
	else
		setenv("DBG_HOST", "ssh://h", 1);
	for (uint32_t seed = (uint32_t)atoi(argv[2]), left = (uint32_t)atoi(argv[3]); left > 0; left--)
		run(argv[1], seed++, listener);
	remove_socket();
	return 0;
}
