/*
 * frames.h - what travels between two dbg over ssh, dbg-protocol(7): each frame is a byte for its type, four for the
 * length of its body, and the body.
 */
#pragma once

#include <stddef.h>

#include "../protocol.h"

/* The version of the frames. The greeting has it, and that of the packets. */
#define FRAMES_VERSION 1

#define LARGEST_BODY LARGEST_PACKET
#define FRAME_HEADER 5

/* A greeting is a line of text, at most this long with its line feed. */
#define LONGEST_GREETING 64

/* These with the number of a stream are the types of its frames. */
enum frame_type {
	FRAME_PACKET = 0x01, /* a packet of dbg-protocol(7) */
	FRAME_GONE = 0x02,   /* dbgd has ended the connection without a last packet */
	FRAME_ASK = 0x03,    /* are you there? */
	FRAME_ANSWER = 0x04, /* yes */
	FRAME_DATA = 0x10,   /* bytes of the stream; without any, its end */
	FRAME_ROOM = 0x20,   /* the receiver takes so many bytes more */
	FRAME_CLOSED = 0x30, /* the receiver wants no more of the stream */
};

/* Both directions of one connection. IN and OUT never block. */
struct frames {
	int in, out;
	int has_ended; /* no more can be read */
	size_t received, taken;
	unsigned char in_bytes[2 * (FRAME_HEADER + LARGEST_BODY)];
	size_t sent, put;
	unsigned char out_bytes[4 * (FRAME_HEADER + LARGEST_BODY)];
};

struct frame {
	unsigned type;
	size_t length;
	const unsigned char *body; /* valid until the next receive_frames() */
};

/* Reads what is there. Notes the end. */
void receive_frames(struct frames *frames);

/* The bytes that were received and not taken yet. */
const unsigned char *received_bytes(const struct frames *frames, size_t *length);

/* Takes a greeting's bytes. */
void skip_bytes(struct frames *frames, size_t length);

/* Takes a frame: 1, or 0 if none is whole yet, or -1 if its length is not allowed. */
int take_frame(struct frames *frames, struct frame *frame);

/* Whether a frame of any length can be put. */
int has_room(const struct frames *frames);

/* The same for what is not bytes of streams, which leave room for it: a signal must not wait behind them. */
int has_reserve(const struct frames *frames);

__attribute__((nonnull)) void put_frame(struct frames *frames, unsigned type, const void *body, size_t length);
void put_text(struct frames *frames, const char *text);

/* Puts bytes that are no frame. */
__attribute__((nonnull)) void put_plain(struct frames *frames, const void *bytes, size_t length);

int has_unsent(const struct frames *frames);

/* Writes what can be written without waiting. Returns -1 if nobody reads any more. */
int send_frames(struct frames *frames);
