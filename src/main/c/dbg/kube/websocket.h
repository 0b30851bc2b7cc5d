/*
 * websocket.h - WebSocket, the client's side: RFC 6455. Whose key it asks for is not compared with the answer: that tells a
 * cache from a server, and kubectl proxy is a child of this process.
 */
#pragma once

#include <stdint.h>

#include "../remote/frames.h"

/* The most bytes that one message is sent with. */
#define LARGEST_MESSAGE (32 * 1024)

struct websocket {
	struct frames frames; /* the bytes of both directions; has_ended also if the other side has said so */
	uint64_t left;	      /* of the frame's payload: what is still to be taken */
	int is_begin;	      /* of a message */
	int goes_on;	      /* the message has further frames */
};

/* Bytes of a message, all or a part of them; valid until receive_frames(). */
struct piece {
	const unsigned char *bytes;
	size_t length;
	int is_begin;
};

/* The headers of the request that asks for this protocol. */
const char *headers_of_websocket(const char *protocol);

/* Begins, on a socket that never blocks, on which these bytes have come behind the answer to the request. */
void begin_websocket(struct websocket *socket, int fd, const void *bytes, size_t length);

/*
 * Takes at most so many bytes of a message: 1, or 0 if more must be received first, or -1 if what came is no frame.
 * Answers a ping, and a close.
 */
int take_piece(struct websocket *socket, size_t most, struct piece *piece);

/* Puts a message of two parts, of LARGEST_MESSAGE bytes together at most; there must be room, has_room(). */
void put_message(struct websocket *socket, unsigned char first, const void *bytes, size_t length);
void put_ping(struct websocket *socket);
