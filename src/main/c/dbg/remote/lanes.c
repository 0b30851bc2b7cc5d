/* lanes.c - the streams of a tool between two dbg; lanes.h */
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/flow.h"
#include "lanes.h"

/* As much as one frame has of a stream: others get their turn. */
#define LANE_PIECE (32 * 1024)

/* Told to the other side in steps, not byte by byte. */
#define STEP (LANE_ROOM / 4)

struct lane {
	int is_open;
	int fd;		/* -1 if it must not be used any longer */
	int is_source;	/* whether bytes are read here and sent, or received and written here */
	size_t credit;	/* of a source: what may be sent; of the other side: what may still come */
	size_t owed;	/* what was written and is not yet told */
	int has_ended;	/* whether the other side has sent the end */
	size_t start, kept;
	unsigned char bytes[LANE_ROOM]; /* a ring */
};

static struct lane lanes[MOST_STREAMS];

void open_lane(int stream, int fd, int is_source)
{
	lanes[stream].is_open = 1;
	lanes[stream].fd = fd;
	lanes[stream].is_source = is_source;
	lanes[stream].credit = LANE_ROOM;
	never_block(fd);
}

int lane_end(int stream)
{
	return lanes[stream].is_open ? lanes[stream].fd : -1;
}

static void close_lane(struct lane *lane)
{
	close(lane->fd);
	lane->fd = -1;
	lane->kept = 0;
}

void want_lanes(struct pollfd ready[MOST_STREAMS], const struct frames *frames)
{
	for (int i = 0; i < MOST_STREAMS; i++) {
		const struct lane *lane = &lanes[i];
		int can = lane->is_source ? lane->credit > 0 && has_room(frames) : lane->kept > 0;

		ready[i] = (struct pollfd){.fd = lane->is_open && can ? lane->fd : -1,
					   .events = lane->is_source ? POLLIN : POLLOUT};
	}
}

static unsigned type_of(enum frame_type type, const struct lane *lane)
{
	return type + (unsigned)(lane - lanes);
}

/* Returns 0 if there is nothing to read yet. The end counts as something. */
static int send_piece(struct lane *lane, struct frames *frames)
{
	static unsigned char bytes[LANE_PIECE];
	ssize_t got = read(lane->fd, bytes, lane->credit < sizeof(bytes) ? lane->credit : sizeof(bytes));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	/* A terminal whose other end is closed reports EIO. */
	if (got < 0)
		got = 0;
	put_frame(frames, type_of(FRAME_DATA, lane), bytes, (size_t)got);
	lane->credit -= (size_t)got;
	if (got == 0)
		close_lane(lane);
	return 1;
}

static void tell_room(struct lane *lane, struct frames *frames)
{
	uint32_t room = htobe32((uint32_t)lane->owed);

	if (lane->has_ended || lane->owed < STEP || !has_room(frames))
		return;
	put_frame(frames, type_of(FRAME_ROOM, lane), &room, sizeof(room));
	lane->credit += lane->owed;
	lane->owed = 0;
}

static void write_kept(struct lane *lane, struct frames *frames)
{
	size_t length = sizeof(lane->bytes) - lane->start;
	ssize_t written;

	if (length > lane->kept)
		length = lane->kept;
	written = write(lane->fd, lane->bytes + lane->start, length);
	if (written < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (written < 0) {
		/* Nobody reads any more. The tool is to notice. */
		put_frame(frames, type_of(FRAME_CLOSED, lane), "", 0);
		close_lane(lane);
		return;
	}
	lane->start = (lane->start + (size_t)written) % sizeof(lane->bytes);
	lane->kept -= (size_t)written;
	lane->owed += (size_t)written;
	if (lane->kept == 0 && lane->has_ended)
		close_lane(lane);
}

void move_lanes(const struct pollfd ready[MOST_STREAMS], struct frames *frames)
{
	for (int i = 0; i < MOST_STREAMS; i++) {
		struct lane *lane = &lanes[i];

		if (ready[i].fd >= 0 && ready[i].revents && lane->is_source && has_room(frames))
			send_piece(lane, frames);
		else if (ready[i].fd >= 0 && ready[i].revents && !lane->is_source)
			write_kept(lane, frames);
		if (lane->is_open && !lane->is_source && lane->fd >= 0)
			tell_room(lane, frames);
	}
}

static int keep_bytes(struct lane *lane, const struct frame *frame)
{
	size_t at = (lane->start + lane->kept) % sizeof(lane->bytes), first = sizeof(lane->bytes) - at;

	if (lane->is_source || lane->has_ended || frame->length > lane->credit)
		return -1;
	lane->credit -= frame->length;
	lane->has_ended = frame->length == 0;
	if (lane->fd < 0)
		return 0;
	if (first > frame->length)
		first = frame->length;
	memcpy(lane->bytes + at, frame->body, first);
	memcpy(lane->bytes, frame->body + first, frame->length - first);
	lane->kept += frame->length;
	if (lane->kept == 0)
		close_lane(lane);
	return 0;
}

static int give_room(struct lane *lane, const struct frame *frame)
{
	uint32_t room;

	if (!lane->is_source || frame->length != sizeof(room))
		return -1;
	memcpy(&room, frame->body, sizeof(room));
	room = be32toh(room);
	if (room > LANE_ROOM - lane->credit)
		return -1;
	lane->credit += room;
	return 0;
}

static int close_source(struct lane *lane, const struct frame *frame)
{
	if (!lane->is_source || frame->length != 0)
		return -1;
	if (lane->fd >= 0)
		close_lane(lane);
	return 0;
}

int obey_lane_frame(const struct frame *frame)
{
	struct lane *lane = (frame->type & 0x0f) < MOST_STREAMS ? &lanes[frame->type & 0x0f] : NULL;

	if (!lane || !lane->is_open)
		return -1;
	switch (frame->type & 0xf0) {
	case FRAME_DATA:
		return keep_bytes(lane, frame);
	case FRAME_ROOM:
		return give_room(lane, frame);
	case FRAME_CLOSED:
		return close_source(lane, frame);
	default:
		return -1;
	}
}

int lanes_are_full(void)
{
	for (int i = 0; i < MOST_STREAMS; i++)
		if (!lanes[i].is_source && lanes[i].kept > 0)
			return 1;
	return 0;
}

int lanes_are_empty(struct frames *frames)
{
	int all = 1;

	for (int i = 0; i < MOST_STREAMS; i++) {
		struct lane *lane = &lanes[i];

		while (lane->is_open && lane->is_source && lane->fd >= 0) {
			if (lane->credit == 0 || !has_room(frames)) {
				all = 0;
				break;
			}
			if (!send_piece(lane, frames))
				break;
		}
	}
	return all;
}
