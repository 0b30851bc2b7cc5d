/*
 * courier.c - `dbg -H HOST`: the way to the dbgd of another host; courier.h
 *
 * The client does not know of it: a child of the client's, the courier, is dbgd to it. The courier runs ssh, or the way
 * into a cluster, way.h. Either leads to `dbg stdio` on the host, which is the client to dbgd there; between the two travel
 * frames, frames.h. So a terminal, its modes, its filter, signals and the end are handled by the client as always, and
 * nothing but dbg's packets and the tool's bytes crosses.
 *
 * The host is a stranger: whatever it sends, the courier passes on to the client only what may_pass() lets.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/flow.h"
#include "../several/another.h"
#include "courier.h"
#include "../daemon.h"
#include "frames.h"
#include "greeting.h"
#include "lanes.h"
#include "../packet.h"
#include "passing.h"
#include "../streams.h"
#include "../terminal/terminal.h"
#include "way.h"

/* In seconds: how long a host may not answer after a signal that is to end a tool. */
#define PATIENCE 15

/* In seconds: within which the third signal ends the line here, whatever the host does. */
#define INSISTING 5

/* In milliseconds: how long the way may take to end when it has closed its output. */
#define LONGEST_END 5000

static struct courier {
	const struct host *host;
	const struct way *way;
	struct frames frames;
	int client, errors;
	pid_t pid; /* of the way */
	int is_greeted, has_streams, is_gone;
	time_t asked; /* when the host was asked whether it is there; 0 if it has answered */
	struct packet held; /* for the client, which has not taken it yet */
	int ends[MOST_STREAMS];
	size_t count;
} courier;

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + 1;
}

static _Noreturn void end_with(enum packet_type type, int number)
{
	static struct packet last;

	put_header(&last, type);
	put_u32(&last, (uint32_t)number);
	send(courier.client, last.bytes, last.length, MSG_NOSIGNAL);
	exit(0);
}

/* While ssh may still ask for a password it does not notice that its input has ended. */
static void end_way(void)
{
	if (courier.pid > 0) {
		kill(courier.pid, SIGTERM);
		kill(courier.pid, SIGCONT);
	}
}

static void complain(const char *text, size_t length)
{
	static struct packet packet;

	put_header(&packet, PACKET_ERROR);
	memcpy(packet.bytes + packet.length, text, length);
	packet.length += length;
	send(courier.client, packet.bytes, packet.length, MSG_NOSIGNAL);
}

static __attribute__((format(printf, 2, 3))) _Noreturn void abandon(int status, const char *format, ...)
{
	char text[1024];
	va_list values;
	int length = snprintf(text, sizeof(text), "dbg: %s: ", name_of_host(courier.host));

	va_start(values, format);
	length += vsnprintf(text + length, sizeof(text) - 1 - (size_t)length, format, values);
	va_end(values);
	if (length > (int)sizeof(text) - 2)
		length = (int)sizeof(text) - 2;
	text[length++] = '\n';
	complain(text, (size_t)length);
	end_way();
	end_with(PACKET_EXITED, status);
}

static _Noreturn void refuse_host(const char *what)
{
	abandon(DBG_FAILED, "the dbg there sent %s, which dbg does not obey: install the same version of dbg on both hosts",
		what);
}

/* The client sees a message of the way's as one of dbg's: shown as what a terminal does not obey. */
static void pass_errors(void)
{
	char text[4096];
	ssize_t got = read(courier.errors, text, sizeof(text));

	if (got > 0) {
		complain(text, (size_t)got);
	} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(courier.errors);
		courier.errors = -1;
	}
}

/* The way, or the host, has closed its output. A master of ssh's may keep the pipe of its messages. */
static _Noreturn void explain_end(void)
{
	int status = 0, waited = 0;
	const char *why;

	for (int left = LONGEST_END; left > 0 && !waited; left -= 10) {
		struct pollfd errors = {.fd = courier.errors, .events = POLLIN};

		waited = waitpid(courier.pid, &status, WNOHANG) == courier.pid;
		if (poll(&errors, 1, waited ? 0 : 10) > 0)
			pass_errors();
	}
	for (struct pollfd errors = {.fd = courier.errors, .events = POLLIN}; poll(&errors, 1, 0) > 0; errors.fd = courier.errors)
		pass_errors();
	status = waited && WIFEXITED(status) ? WEXITSTATUS(status) : WAY_LOST;
	why = courier.way->explain(courier.host, courier.is_greeted, &status);
	if (!waited)
		abandon(status, "%s has closed its output and has not ended", courier.way->program);
	/* The number may be another process's by now. */
	courier.pid = 0;
	if (why)
		abandon(status, "%s", why);
	end_with(PACKET_EXITED, status);
}

/* The ends of streams that the client gets; the other ends are this process's. */
static void make_streams(int mask)
{
	courier.count = 0;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int ends[2], inward = fd == STDIN_FILENO;

		if (!(mask >> fd & 1))
			continue;
		if (pipe2(ends, O_CLOEXEC) < 0)
			abandon(DBG_FAILED, "cannot open a pipe: %s", strerror(errno));
		courier.ends[courier.count++] = ends[inward];
		open_lane(fd, ends[!inward], inward);
	}
}

static void hold_packet(const struct frame *frame)
{
	struct packet *packet = &courier.held;
	const char *refused;

	memcpy(packet->bytes, frame->body, frame->length);
	packet->length = frame->length;
	refused = frame->length < 2 ? "an empty packet" : may_pass(packet);
	if (refused)
		refuse_host(refused);
	if (packet->bytes[0] != PACKET_STREAMS)
		return;
	if (courier.has_streams)
		refuse_host("streams that nobody asked for");
	courier.has_streams = 1;
	make_streams(packet->bytes[2]);
}

static void obey_host_frame(const struct frame *frame)
{
	if (courier.is_gone)
		refuse_host("something after its end");
	switch (frame->type) {
	case FRAME_PACKET:
		hold_packet(frame);
		return;
	case FRAME_ANSWER:
		courier.asked = 0;
		return;
	case FRAME_GONE:
		courier.is_gone = 1;
		return;
	default:
		if (obey_lane_frame(frame) < 0)
			refuse_host("a frame that it may not send now");
	}
}

static void read_greeting(void)
{
	char problem[512];
	int is_read = take_greeting(&courier.frames, GREETING_OF_STDIO, problem, sizeof(problem));

	if (is_read < 0)
		abandon(DBG_FAILED, "%s", problem);
	courier.is_greeted = is_read;
}

static void obey_host(void)
{
	struct frame frame;
	int taken = 1;

	if (!courier.is_greeted)
		read_greeting();
	while (courier.is_greeted && taken && !courier.held.length) {
		taken = take_frame(&courier.frames, &frame);
		if (taken < 0)
			refuse_host("a frame that is too long");
		if (taken)
			obey_host_frame(&frame);
	}
}

/* The last packet waits until the client has all bytes of the tool. */
static int can_hand_over(void)
{
	return courier.held.length > 0 && !(is_last(&courier.held) && lanes_are_full());
}

/* Returns whether the client has taken it. */
static int hand_over(void)
{
	if (send_packet(courier.client, &courier.held, courier.ends, courier.count) < 0) {
		if (errno == EAGAIN || errno == EINTR)
			return 0;
		exit(0);
	}
	while (courier.count > 0)
		close(courier.ends[--courier.count]);
	if (is_last(&courier.held))
		exit(0);
	courier.held.length = 0;
	return 1;
}

static void ask(void)
{
	put_frame(&courier.frames, FRAME_ASK, "", 0);
	if (!courier.asked)
		courier.asked = seconds();
}

/* A key that ends a tool must also end a line whose host does not answer any more, or never has, or does not obey. */
static void note_signal(const struct packet *packet)
{
	static time_t before[2];
	int insists = before[0] && seconds() - before[0] <= INSISTING;
	uint32_t number = packet->bytes[0] == PACKET_SIGNAL ? number_of(packet) : 0;

	if (number != SIGINT && number != SIGQUIT && number != SIGTERM && number != SIGHUP)
		return;
	before[0] = before[1];
	before[1] = seconds();
	if (!courier.is_greeted || insists) {
		end_way();
		end_with(PACKET_SIGNALLED, (int)number);
	}
	ask();
}

static void take_from_client(void)
{
	static struct packet packet;
	ssize_t length = 0;

	/* Without room, nothing was waited for but its end. */
	if (has_reserve(&courier.frames))
		length = recv(courier.client, packet.bytes, sizeof(packet.bytes), MSG_DONTWAIT);
	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length <= 0) {
		/* The way ends by itself when its input has ended: sessions of others may use a connection of ssh's. */
		if (!courier.is_greeted)
			end_way();
		exit(0);
	}
	packet.length = (size_t)length;
	put_frame(&courier.frames, FRAME_PACKET, packet.bytes, packet.length);
	note_signal(&packet);
	/* What comes next is not read any more, so nothing else would end this. */
	if (!has_reserve(&courier.frames))
		ask();
}

static void send_to_host(void)
{
	if (send_frames(&courier.frames) == 0)
		return;
	/* That the way has ended is seen at its output. */
	close(courier.frames.out);
	courier.frames.out = -1;
}

static _Noreturn void carry(void)
{
	for (;;) {
		struct frames *frames = &courier.frames;
		int holds = courier.held.length > 0;
		struct pollfd ready[4 + MOST_STREAMS] = {
			{.fd = frames->has_ended || holds ? -1 : frames->in, .events = POLLIN},
			{.fd = has_unsent(frames) ? frames->out : -1, .events = POLLOUT},
			{.fd = courier.client, .events = (short)((can_hand_over() ? POLLOUT : 0) | (has_reserve(frames) ? POLLIN : 0))},
			{.fd = holds ? -1 : courier.errors, .events = POLLIN},
		};

		want_lanes(ready + 4, frames);
		if (await_ready(ready, COUNT(ready), courier.asked && !holds ? 1000 : -1) < 0)
			continue;
		if (ready[0].revents)
			receive_frames(frames);
		if (ready[1].revents)
			send_to_host();
		if (ready[2].revents & (POLLIN | POLLHUP))
			take_from_client();
		if (ready[3].revents)
			pass_errors();
		move_lanes(ready + 4, frames);
		do
			obey_host();
		while (can_hand_over() && hand_over());
		if (courier.is_gone && !lanes_are_full())
			exit(0);
		if (!courier.held.length && frames->has_ended && !lanes_are_full())
			explain_end();
		if (courier.asked && !holds && seconds() - courier.asked > PATIENCE)
			abandon(DBG_FAILED, "no answer for %d seconds: %s", PATIENCE, courier.way->silent);
	}
}

int connect_to_host(const struct host *host, char **words)
{
	static const int of_keys[] = {SIGINT, SIGQUIT, SIGTSTP};
	int ends[2], pipes[3];
	pid_t child;

	give_up_capabilities();
	courier.host = host;
	courier.way = host->is_cluster ? &way_into_cluster : &way_by_ssh;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 || (child = fork()) < 0)
		fail("cannot start %s: %s", courier.way->program, strerror(errno));
	if (child > 0) {
		close(ends[1]);
		return ends[0];
	}
	close(ends[0]);
	courier.client = ends[1];
	for (size_t i = 0; i < COUNT(of_keys); i++)
		signal(of_keys[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	courier.pid = start_way(courier.way, host, words, pipes);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (courier.pid < 0)
		abandon(DBG_FAILED, "cannot start %s: %s", courier.way->program, strerror(errno));
	courier.frames.out = pipes[STDIN_FILENO];
	courier.frames.in = pipes[STDOUT_FILENO];
	courier.errors = pipes[STDERR_FILENO];
	let_go_of_streams();
	put_greeting(&courier.frames, GREETING_OF_CLIENT);
	carry();
}
