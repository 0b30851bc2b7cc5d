/*
 * other_end.c - `dbg stdio`: the other end of `dbg -H`, on the host that is asked; other_end.h
 *
 * It is the client to this host's dbgd, and reads no word of the line: it passes on the packets, and what travels with
 * them as descriptors, the tool's streams, as frames. It executes nothing, and opens nothing but dbgd's socket, whatever
 * is sent: so somebody whose ssh key may run only this command has dbg, and no more.
 *
 * It ends with its standard input. Then dbgd sees that its client is gone, and ends the tool.
 *
 * The agent of a Kubernetes cluster starts it too, for a user of the cluster, behalf.h. Then it connects to dbgd at once,
 * which bounds how long it may stay without a request, and its exit status is that of the line, which the agent notes.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/flow.h"
#include "behalf.h"
#include "../daemon.h"
#include "frames.h"
#include "greeting.h"
#include "lanes.h"
#include "../packet.h"
#include "other_end.h"
#include "../terminal/terminal.h"

/* In seconds: how long a user of the cluster may take for what is left when dbgd has said its last word. */
#define LONGEST_REST 30

static struct {
	struct frames frames;
	int daemon; /* -1 before the request, and when dbgd has closed the connection */
	int is_greeted, is_asked, has_streams;
	int is_on_behalf; /* of a cluster's user */
	int is_over;	    /* dbgd has sent its last packet, or nothing: */
	struct packet last; /* that came from it; empty if it ended without one */
	struct packet kept; /* for dbgd, which has not taken it yet */
} other_end;

int stdio_asked(int count, char **words)
{
	return count == 1 && !strcmp(words[0], "stdio");
}

static _Noreturn void refuse(const char *what)
{
	fail("the other dbg sent %s, which dbg stdio does not obey: install the same version of dbg on both hosts", what);
}

/* The terminal must have its size before the tool gets SIGWINCH. */
static void resize_lanes(const struct packet *packet)
{
	struct winsize size = {0};

	if (packet->length != 6)
		refuse("a window of another length");
	size.ws_row = (unsigned short)(packet->bytes[2] << 8 | packet->bytes[3]);
	size.ws_col = (unsigned short)(packet->bytes[4] << 8 | packet->bytes[5]);
	for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++)
		if (lane_end(i) >= 0)
			ioctl(lane_end(i), TIOCSWINSZ, &size);
}

/* dbgd looks at every byte, and says what is wrong with it. Its last word is still to be read. */
static void send_kept(void)
{
	const struct packet *kept = &other_end.kept;

	if (other_end.daemon < 0 || send(other_end.daemon, kept->bytes, kept->length, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 ||
	    (errno != EAGAIN && errno != EINTR))
		other_end.kept.length = 0;
}

static void pass_to_daemon(const struct frame *frame)
{
	struct packet *packet = &other_end.kept;

	memcpy(packet->bytes, frame->body, frame->length);
	packet->length = frame->length;
	if (packet->length < 2)
		refuse("an empty packet");
	if (!other_end.is_asked) {
		other_end.daemon = connect_to_daemon();
		other_end.is_asked = 1;
	} else if (packet->bytes[0] == PACKET_WINDOW) {
		resize_lanes(packet);
	}
	send_kept();
}

static void obey_frame_of_client(const struct frame *frame)
{
	switch (frame->type) {
	case FRAME_PACKET:
		pass_to_daemon(frame);
		return;
	case FRAME_ASK:
		/* Who asks again and again does not need each answer. */
		if (has_room(&other_end.frames))
			put_frame(&other_end.frames, FRAME_ANSWER, "", 0);
		return;
	default:
		if (obey_lane_frame(frame) < 0)
			refuse("a frame that it may not send now");
	}
}

static void obey_client(void)
{
	char problem[512];
	struct frame frame;
	int taken = 1;

	if (!other_end.is_greeted)
		other_end.is_greeted = take_greeting(&other_end.frames, GREETING_OF_CLIENT, problem, sizeof(problem));
	/* In a cluster standard error is the agent's log, which has no words of a client. */
	if (other_end.is_greeted < 0)
		fail("dbg stdio is the other end of dbg -H: %s",
		     other_end.is_on_behalf ? "the client sent no greeting of this version" : problem);
	while (other_end.is_greeted && !other_end.kept.length && (taken = take_frame(&other_end.frames, &frame)) > 0)
		obey_frame_of_client(&frame);
	if (taken < 0)
		refuse("a frame that is too long");
}

static void open_lanes(const struct packet *packet, const int *ends, size_t count)
{
	size_t next = 0;

	if (packet->length != 3 || other_end.has_streams)
		fail("dbgd sent streams that dbg does not understand: install dbg and dbgd of the same version");
	other_end.has_streams = 1;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (packet->bytes[2] >> fd & 1 && next < count)
			open_lane(fd, ends[next++], fd != STDIN_FILENO);
}

static void take_from_daemon(void)
{
	struct packet *packet = &other_end.last;
	int ends[MOST_STREAMS];
	size_t count;
	ssize_t length = receive_packet(other_end.daemon, packet, ends, &count);

	/* ECONNRESET is reported once, ahead of queued packets. */
	if (length < 0 && (errno == EINTR || errno == ECONNRESET))
		return;
	packet->length = length < 0 ? 0 : (size_t)length;
	if (packet->length >= 2 && packet->bytes[0] == PACKET_STREAMS)
		open_lanes(packet, ends, count);
	other_end.is_over = packet->length == 0 || is_last(packet);
	if (!other_end.is_over) {
		put_frame(&other_end.frames, FRAME_PACKET, packet->bytes, packet->length);
		return;
	}
	/* A user of the cluster who takes nothing more would keep a place of the agent's. */
	if (other_end.is_on_behalf)
		alarm(LONGEST_REST);
	close(other_end.daemon);
	other_end.daemon = -1;
}

static int status_of_line(void)
{
	if (!other_end.last.length)
		return DBG_FAILED;
	return other_end.last.bytes[0] == PACKET_EXITED	     ? (int)number_of(&other_end.last)
	       : other_end.last.bytes[0] == PACKET_SIGNALLED ? (int)(128 + number_of(&other_end.last))
							     : 0;
}

/* What the tool has printed goes before the word how it ended. */
static _Noreturn void end_session(void)
{
	if (other_end.last.length)
		put_frame(&other_end.frames, FRAME_PACKET, other_end.last.bytes, other_end.last.length);
	else
		put_frame(&other_end.frames, FRAME_GONE, "", 0);
	while (has_unsent(&other_end.frames)) {
		struct pollfd taker = {.fd = other_end.frames.out, .events = POLLOUT};

		if (poll(&taker, 1, -1) > 0 && send_frames(&other_end.frames) < 0)
			break;
	}
	exit(other_end.is_on_behalf ? status_of_line() : 0);
}

/* Standard error is the agent's: the user would not see why. */
static void say_that_daemon_is_away(int error)
{
	char text[256];
	struct packet *last = &other_end.last;

	put_header(last, PACKET_ERROR);
	snprintf(text, sizeof(text), "dbg: cannot reach dbgd on the pod's node: %s: ask who runs dbg in the cluster\n",
		 strerror(error));
	memcpy(last->bytes + last->length, text, strlen(text));
	put_frame(&other_end.frames, FRAME_PACKET, last->bytes, last->length + strlen(text));
	put_header(last, PACKET_EXITED);
	put_u32(last, DBG_FAILED);
	other_end.is_over = 1;
}

/* The first packet to dbgd. If that does not take it, its last word says why. */
static void ask_on_behalf(void)
{
	other_end.is_on_behalf = take_behalf(&other_end.kept);
	if (!other_end.is_on_behalf)
		return;
	other_end.is_asked = 1;
	other_end.daemon = try_to_connect();
	if (other_end.daemon < 0)
		say_that_daemon_is_away(errno);
	send_kept();
}

_Noreturn void run_stdio(void)
{
	struct frames *frames = &other_end.frames;

	if (isatty(STDIN_FILENO) || isatty(STDOUT_FILENO))
		fail("dbg stdio is the other end of dbg -H: type dbg -H ssh://HOST and a line, on another host");
	signal(SIGPIPE, SIG_IGN);
	other_end.daemon = -1;
	frames->in = STDIN_FILENO;
	frames->out = STDOUT_FILENO;
	never_block(frames->in);
	never_block(frames->out);
	put_greeting(frames, GREETING_OF_STDIO);
	ask_on_behalf();
	for (;;) {
		struct pollfd ready[3 + MOST_STREAMS] = {
			{.fd = frames->in, .events = other_end.kept.length ? POLLRDHUP : POLLIN},
			{.fd = frames->out, .events = has_unsent(frames) ? POLLOUT : 0},
			{.fd = has_room(frames) || other_end.kept.length ? other_end.daemon : -1,
			 .events = (short)((has_room(frames) ? POLLIN : 0) | (other_end.kept.length ? POLLOUT : 0))},
		};

		want_lanes(ready + 3, frames);
		if (await_ready(ready, COUNT(ready), -1) < 0)
			continue;
		if (ready[1].revents && (!has_unsent(frames) || send_frames(frames) < 0))
			exit(DBG_FAILED);
		/* Who waits for dbgd still sees that the other side, or ssh, is gone. */
		if (ready[0].revents && other_end.kept.length)
			exit(DBG_FAILED);
		if (ready[0].revents)
			receive_frames(frames);
		move_lanes(ready + 3, frames);
		if (other_end.kept.length && ready[2].revents)
			send_kept();
		obey_client();
		/* The other side, or ssh, is gone. */
		if (frames->has_ended)
			exit(DBG_FAILED);
		if (ready[2].revents & ~POLLOUT && has_room(frames))
			take_from_daemon();
		if (other_end.is_over && has_room(frames) && lanes_are_empty(frames) && has_room(frames))
			end_session();
	}
}
