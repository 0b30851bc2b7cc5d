/*
 * fuzz.c - sends random bytes to each end of dbg that reads what others send, for SanitizedTest, which compiles it with
 * the sanitizers:
 *
 *   stdio    dbg stdio: frames of a client, and packets of dbgd
 *   host     dbg -H: frames of a host, and packets of the client
 *   client   dbg: packets of dbgd, for lines of all kinds
 *
 * usage: fuzz DIRECTORY SOCKET SIDE FIRST COUNT
 *
 * DIRECTORY has the golden packets. FIRST and COUNT are the numbers of seeds: each decides all that is sent in one
 * connection. What a sanitizer says of one is printed with the seed, and the status is then 1.
 */
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

static int execute_nothing(void)
{
	errno = ENOENT;
	return -1;
}

/* A packet could name any program. */
#define execv(path, words) ((void)(path), (void)(words), execute_nothing())
#define execvp(path, words) ((void)(path), (void)(words), execute_nothing())
#include "client.c"
#include "random.h"
/* A fault may be planted there. */
#undef memcpy

#include <sys/un.h>

/* In seconds: a connection takes milliseconds. */
#define LONGEST 20

#define MOST_ENDS 32

static struct {
	pid_t pid;
	int messages; /* packets go both ways: of dbgd, or of the client */
	int to, from; /* frames, or the client's terminal or pipes; -1 if there are none */
	int errors;
	int ends[MOST_ENDS]; /* those of streams */
	size_t count, said;
	char text[1 << 16]; /* what it has said on standard error */
} peer;

static const char *socket_name;
static int listener;

static const char *const packets[] = {"drawing", "error", "exited", "output", "raw", "request-line", "shell", "signal",
				      "signalled", "streams", "verbatim", "window"};

static void damage(unsigned char *bytes, size_t *length, size_t room)
{
	for (size_t changes = below(3); changes > 0 && *length > 0; changes--)
		bytes[below(*length)] = (unsigned char)below(256);
	if (below(6) == 0)
		*length = below(*length + 1);
	if (below(6) == 0)
		for (size_t more = below(below(10) ? 20 : room - *length); more > 0; more--)
			bytes[(*length)++] = (unsigned char)below(256);
}

static void some_packet(struct packet *packet)
{
	*packet = golden(packets[below(COUNT(packets))]);
	/* An answer goes on until it ends. */
	if (packet->bytes[0] == PACKET_EXITED && below(4))
		*packet = golden("output");
	if (below(2))
		damage(packet->bytes, &packet->length, sizeof(packet->bytes));
}

static void some_frame(struct packet *frame)
{
	static const unsigned types[] = {FRAME_PACKET, FRAME_PACKET, FRAME_PACKET, FRAME_GONE, FRAME_ASK, FRAME_ANSWER,
					 FRAME_DATA, FRAME_DATA, FRAME_ROOM, FRAME_CLOSED};
	unsigned type = types[below(COUNT(types))];
	static struct packet body;
	uint32_t length;

	body.length = 0;
	if (type == FRAME_PACKET)
		some_packet(&body);
	else if (type == FRAME_ROOM)
		put_u32(&body, (uint32_t)below(below(2) ? LANE_ROOM : 16));
	else if (type == FRAME_DATA)
		for (body.length = below(below(10) ? 100 : 60000); below(8) && body.bytes[0]++ == 0;)
			continue;
	if (type >= FRAME_DATA)
		type += (unsigned)below(below(4) ? MOST_STREAMS : 16);
	if (below(30) == 0)
		type = (unsigned)below(256);
	if (body.length > sizeof(frame->bytes) - FRAME_HEADER)
		body.length = sizeof(frame->bytes) - FRAME_HEADER;
	length = htobe32((uint32_t)(below(40) ? body.length : random64()));
	frame->bytes[0] = (unsigned char)type;
	memcpy(frame->bytes + 1, &length, sizeof(length));
	memcpy(frame->bytes + FRAME_HEADER, body.bytes, body.length);
	frame->length = FRAME_HEADER + body.length;
	if (below(60) == 0)
		damage(frame->bytes, &frame->length, sizeof(frame->bytes));
}

static void keep_end(int fd)
{
	if (peer.count == MOST_ENDS) {
		close(fd);
		return;
	}
	never_block(fd);
	peer.ends[peer.count++] = fd;
}

/* As many descriptors as the packet asks for, or not. */
static void send_some_packet(void)
{
	int ends[MOST_STREAMS], pair[2];
	static struct packet packet;
	size_t count = 0;

	some_packet(&packet);
	if (packet.length > 2 && packet.bytes[0] == PACKET_STREAMS)
		for (size_t wanted = below(4) ? (size_t)__builtin_popcount(packet.bytes[2] & 7) : below(4); count < wanted; count++) {
			if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
				broken("socketpair");
			ends[count] = pair[0];
			keep_end(pair[1]);
		}
	if (packet.length > 0)
		send_packet(peer.messages, &packet, ends, count);
	while (count > 0)
		close(ends[--count]);
}

static void read_all(int fd)
{
	static char bytes[1 << 16];

	while (fd >= 0 && read(fd, bytes, sizeof(bytes)) > 0)
		continue;
}

static void read_errors(void)
{
	size_t room = sizeof(peer.text) - 1 - peer.said;
	ssize_t got = room ? read(peer.errors, peer.text + peer.said, room) : 0;

	peer.said += got > 0 ? (size_t)got : 0;
	peer.text[peer.said] = '\0';
	if (!room)
		read_all(peer.errors);
}

static void take_packets(void)
{
	int ends[MOST_STREAMS];
	static struct packet packet;
	struct pollfd there = {.fd = peer.messages, .events = POLLIN};
	size_t count;

	while (there.fd >= 0 && poll(&there, 1, 0) > 0 && receive_packet(there.fd, &packet, ends, &count) > 0)
		while (count > 0)
			keep_end(ends[--count]);
}

/* All that it says is read, so that it never waits for that. */
static void listen_to_it(int milliseconds)
{
	struct pollfd ready[3 + MOST_ENDS] = {{.fd = peer.messages, .events = POLLIN}, {.fd = peer.from, .events = POLLIN},
					     {.fd = peer.errors, .events = POLLIN}};

	for (size_t i = 0; i < peer.count; i++)
		ready[3 + i] = (struct pollfd){.fd = peer.ends[i], .events = POLLIN};
	if (peer.messages < 0 && listener >= 0) {
		peer.messages = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		ready[0].fd = peer.messages >= 0 ? peer.messages : listener;
	}
	if (poll(ready, COUNT(ready), milliseconds) <= 0)
		return;
	take_packets();
	read_all(peer.from);
	read_errors();
	for (size_t i = 0; i < peer.count; i++)
		read_all(peer.ends[i]);
}

static void write_bytes(int fd, const void *bytes, size_t length)
{
	for (int tries = 0; fd >= 0 && length > 0 && tries < 50; tries++) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno != EAGAIN)
			return;
		length -= written > 0 ? (size_t)written : 0;
		bytes = (const char *)bytes + (written > 0 ? written : 0);
		if (length > 0)
			listen_to_it(1);
	}
}

static void use_some_end(void)
{
	size_t which;

	if (peer.count == 0)
		return;
	which = below(peer.count);
	if (below(3)) {
		write_bytes(peer.ends[which], packets, below(sizeof(packets)));
		return;
	}
	close(peer.ends[which]);
	peer.ends[which] = peer.ends[--peer.count];
}

static void open_pipes(int in[2], int out[2])
{
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		broken("pipe2");
	peer.to = in[1];
	peer.from = out[0];
	never_block(peer.to);
	never_block(peer.from);
}

static void close_all(void)
{
	if (peer.messages >= 0)
		close(peer.messages);
	if (peer.to >= 0)
		close(peer.to);
	while (peer.count > 0)
		close(peer.ends[--peer.count]);
	if (listener >= 0)
		close(listener);
	if (peer.from == peer.to)
		peer.from = -1;
	peer.messages = peer.to = listener = -1;
}

/* Begins the other side; in it, becomes the process that is tried, and returns 1. */
static int starts_other(int in, int out)
{
	int errors[2];

	if (pipe2(errors, O_CLOEXEC) < 0)
		broken("pipe2");
	never_block(errors[0]);
	fflush(stderr);
	peer.pid = fork();
	if (peer.pid < 0)
		broken("fork");
	if (peer.pid > 0) {
		peer.errors = errors[0];
		close(errors[1]);
		close(in);
		if (out != in)
			close(out);
		return 0;
	}
	setpgid(0, 0);
	alarm(LONGEST);
	/* It would wait for its own end of them. */
	close_all();
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(errors[1], STDERR_FILENO) < 0)
		broken("dup2");
	return 1;
}

static void listen_for_it(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", socket_name);
	unlink(socket_name);
	listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 1) < 0)
		broken(socket_name);
}

/* The words of a line, in memory that may be written. */
static char **some_line(void)
{
	static const char *const typed_lines[] = {
		"dbg\0web\0net\0--\0ss\0", "dbg\0-t\0web\0--\0top\0", "dbg\0shell\0web\0", "dbg\0audit\0", "dbg\0audit\0replay\0--raw\0001\0",
		"dbg\0sessions\0--watch\0", "dbg\0logs\0web\0", "dbg\0completion\0--line\0--\0w\0", "dbg\0web\0--\0ls\0/etc\0/usr\0",
		"dbg\0--wait\0web\0--\0ss\0",
	};
	static char *words[16];
	const char *word = typed_lines[below(COUNT(typed_lines))];
	size_t count = 0;

	for (; *word; word += strlen(word) + 1)
		words[count++] = strdup(word);
	words[count] = NULL;
	return words;
}

static void begin_stdio(void)
{
	int in[2], out[2];
	char greeting[64];

	listen_for_it();
	open_pipes(in, out);
	if (starts_other(in[0], out[1]))
		run_stdio();
	snprintf(greeting, sizeof(greeting), "%s %d %d 0\n", GREETING_OF_CLIENT, FRAMES_VERSION, PROTOCOL_VERSION);
	write_bytes(peer.to, greeting, below(20) ? strlen(greeting) : below(strlen(greeting)));
}

static void begin_host(void)
{
	static const struct host host = {.name = "web1"};
	int in[2], out[2], ends[2];
	char greeting[64];
	char **line = some_line();

	open_pipes(in, out);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		broken("socketpair");
	peer.messages = ends[0];
	if (starts_other(in[0], out[1])) {
		note_typed(line + 1);
		courier.host = &host;
		courier.way = &way_by_ssh;
		courier.client = ends[1];
		courier.frames.in = STDIN_FILENO;
		courier.frames.out = STDOUT_FILENO;
		courier.errors = -1;
		never_block(STDIN_FILENO);
		never_block(STDOUT_FILENO);
		signal(SIGPIPE, SIG_IGN);
		/* Of ssh there is only its end. */
		courier.pid = fork();
		if (courier.pid == 0)
			_exit(WAY_LOST);
		put_greeting(&courier.frames, GREETING_OF_CLIENT);
		carry();
	}
	close(ends[1]);
	never_block(peer.messages);
	snprintf(greeting, sizeof(greeting), "%s %d %d 0\n", GREETING_OF_STDIO, FRAMES_VERSION, PROTOCOL_VERSION);
	write_bytes(peer.to, greeting, below(20) ? strlen(greeting) : below(strlen(greeting)));
}

static void begin_client(void)
{
	int in[2], out[2], terminal;
	char **line = some_line();
	int count = 0;

	while (line[count])
		count++;
	listen_for_it();
	if (below(2)) {
		terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
		if (terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0)
			broken("posix_openpt");
		in[0] = out[1] = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
		peer.to = peer.from = terminal;
		never_block(terminal);
	} else {
		open_pipes(in, out);
	}
	if (starts_other(in[0], out[1]))
		exit(dbg_main(count, line));
}

/* What the other side does of its own accord. */
static void send_some(int has_frames)
{
	static struct packet frame;

	switch (below(8)) {
	case 0:
		use_some_end();
		return;
	case 1:
		listen_to_it(0);
		return;
	default:
		if (has_frames && below(3)) {
			some_frame(&frame);
			write_bytes(peer.to, frame.bytes, frame.length);
		} else if (peer.messages >= 0) {
			send_some_packet();
		} else {
			listen_to_it(5);
		}
	}
}

/* Returns whether it ended as it may. */
static int ends_well(const char *side, unsigned long seed)
{
	int status;
	pid_t ended;

	close_all();
	while ((ended = waitpid(peer.pid, &status, WNOHANG)) == 0)
		listen_to_it(1);
	/* What it started may have its standard error. */
	kill(-peer.pid, SIGKILL);
	read_errors();
	if (peer.from >= 0)
		close(peer.from);
	close(peer.errors);
	if (ended == peer.pid && !strstr(peer.text, "Sanitizer") && !strstr(peer.text, "runtime error") &&
	    !(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM))
		return 1;
	fprintf(stderr, "%s, seed %lu: status %#x\n%s\n", side, seed, (unsigned)status, peer.text);
	return 0;
}

static int holds(const char *side, unsigned long seed)
{
	begin_random(seed);
	peer.messages = peer.to = peer.from = listener = -1;
	peer.count = peer.said = 0;
	*peer.text = '\0';
	if (!strcmp(side, "stdio"))
		begin_stdio();
	else if (!strcmp(side, "host"))
		begin_host();
	else
		begin_client();
	for (size_t left = 1 + below(20); left > 0; left--)
		send_some(strcmp(side, "client") != 0);
	return ends_well(side, seed);
}

int main(int argc, char **argv)
{
	unsigned long first, count;

	if (argc != 6)
		return 2;
	directory = argv[1];
	socket_name = argv[2];
	setenv("DBG_SOCKET", socket_name, 1);
	setenv("TERM", "xterm", 1);
	signal(SIGPIPE, SIG_IGN);
	first = strtoul(argv[4], NULL, 10);
	count = strtoul(argv[5], NULL, 10);
	for (unsigned long seed = first; seed < first + count; seed++)
		if (!holds(argv[3], seed))
			return 1;
	return 0;
}
