/* frames.c - frames between two dbg; frames.h */
#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "frames.h"

void receive_frames(struct frames *frames)
{
	ssize_t got;

	frames->received -= frames->taken;
	memmove(frames->in_bytes, frames->in_bytes + frames->taken, frames->received);
	frames->taken = 0;
	if (frames->received == sizeof(frames->in_bytes))
		return;
	got = read(frames->in, frames->in_bytes + frames->received, sizeof(frames->in_bytes) - frames->received);
	if (got > 0)
		frames->received += (size_t)got;
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		frames->has_ended = 1;
}

const unsigned char *received_bytes(const struct frames *frames, size_t *length)
{
	*length = frames->received - frames->taken;
	return frames->in_bytes + frames->taken;
}

void skip_bytes(struct frames *frames, size_t length)
{
	frames->taken += length;
}

int take_frame(struct frames *frames, struct frame *frame)
{
	size_t length;
	const unsigned char *bytes = received_bytes(frames, &length);
	uint32_t body;

	if (length < FRAME_HEADER)
		return 0;
	memcpy(&body, bytes + 1, sizeof(body));
	body = be32toh(body);
	if (body > LARGEST_BODY)
		return -1;
	if (length - FRAME_HEADER < body)
		return 0;
	*frame = (struct frame){.type = bytes[0], .length = body, .body = bytes + FRAME_HEADER};
	frames->taken += FRAME_HEADER + body;
	return 1;
}

static size_t unused_of(const struct frames *frames)
{
	return sizeof(frames->out_bytes) - frames->put;
}

/* One of any length, and beside it the few short ones that are put without asking. */
int has_room(const struct frames *frames)
{
	return unused_of(frames) >= 2 * (FRAME_HEADER + LARGEST_BODY);
}

int has_reserve(const struct frames *frames)
{
	return unused_of(frames) >= FRAME_HEADER + LARGEST_BODY + 256;
}

void put_plain(struct frames *frames, const void *bytes, size_t length)
{
	memcpy(frames->out_bytes + frames->put, bytes, length);
	frames->put += length;
}

void put_frame(struct frames *frames, unsigned type, const void *body, size_t length)
{
	unsigned char of_type = (unsigned char)type;
	uint32_t of_body = htobe32((uint32_t)length);

	put_plain(frames, &of_type, sizeof(of_type));
	put_plain(frames, &of_body, sizeof(of_body));
	put_plain(frames, body, length);
}

void put_text(struct frames *frames, const char *text)
{
	put_plain(frames, text, strlen(text));
}

int has_unsent(const struct frames *frames)
{
	return frames->sent < frames->put;
}

int send_frames(struct frames *frames)
{
	ssize_t sent = write(frames->out, frames->out_bytes + frames->sent, frames->put - frames->sent);

	if (sent < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	frames->sent += (size_t)sent;
	/* Moved to the front when that is cheap or there is need for the room. */
	if (frames->sent == frames->put || !has_room(frames)) {
		frames->put -= frames->sent;
		memmove(frames->out_bytes, frames->out_bytes + frames->sent, frames->put);
		frames->sent = 0;
	}
	return 0;
}
