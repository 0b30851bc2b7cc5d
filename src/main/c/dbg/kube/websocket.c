/* websocket.c - WebSocket, the client's side; websocket.h */
#include <stdio.h>
#include <string.h>

#include "../terminal/terminal.h"
#include "key.h"
#include "websocket.h"

/* Of a header's first byte, and of the second. */
#define IS_FINAL 0x80
#define OPCODE 0x0f
#define IS_MASKED 0x80

#define LONGEST_CONTROL 125

enum opcode { CONTINUATION = 0, TEXT_MESSAGE = 1, BINARY_MESSAGE = 2, CLOSE = 8, PING = 9, PONG = 10 };

const char *headers_of_websocket(const char *protocol)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	static char headers[256];
	unsigned char random[21];
	char key[22] = "";

	/* Sixteen bytes in base64: 22 digits, of which the last has two bits only. */
	fill_randomly(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		key[i] = digits[random[i] & 63];
	snprintf(headers, sizeof(headers),
		 "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %sA==\r\n"
		 "Sec-WebSocket-Protocol: %s\r\n", key, protocol);
	return headers;
}

void begin_websocket(struct websocket *socket, int fd, const void *bytes, size_t length)
{
	memset(socket, 0, sizeof(*socket));
	socket->frames.in = socket->frames.out = fd;
	if (length > sizeof(socket->frames.in_bytes))
		fail("more came behind an answer than was asked for");
	memcpy(socket->frames.in_bytes, bytes, length);
	socket->frames.received = length;
}

static void put_websocket_frame(struct websocket *socket, enum opcode opcode, const void *first, size_t first_length,
				const void *bytes, size_t length)
{
	struct frames *frames = &socket->frames;
	size_t all = first_length + length, begin;
	unsigned char is_short = all <= LONGEST_CONTROL, mask[4];
	const unsigned char header[] = {(unsigned char)(IS_FINAL | opcode), (unsigned char)(IS_MASKED | (is_short ? all : 126)),
					(unsigned char)(all >> 8), (unsigned char)all};

	fill_randomly(mask, sizeof(mask));
	put_plain(frames, header, is_short ? 2 : 4);
	put_plain(frames, mask, sizeof(mask));
	begin = frames->put;
	put_plain(frames, first, first_length);
	put_plain(frames, bytes, length);
	for (size_t i = 0; i < all; i++)
		frames->out_bytes[begin + i] ^= mask[i % 4];
}

/* Beside messages there is room for as many as anybody needs. */
static void put_control(struct websocket *socket, enum opcode opcode, const void *bytes, size_t length)
{
	if (has_reserve(&socket->frames))
		put_websocket_frame(socket, opcode, "", 0, bytes, length);
}

/* Takes all of a control frame. As take_piece(). */
static int obey_control(struct websocket *socket, const unsigned char *at, size_t have)
{
	size_t length = at[1];
	int opcode = at[0] & OPCODE;

	if (!(at[0] & IS_FINAL) || length > LONGEST_CONTROL || opcode > PONG)
		return -1;
	if (have < 2 + length)
		return 0;
	skip_bytes(&socket->frames, 2 + length);
	if (opcode == PING)
		put_control(socket, PONG, at + 2, length);
	if (opcode != CLOSE)
		return 1;
	put_control(socket, CLOSE, at + 2, length < 2 ? 0 : 2);
	skip_bytes(&socket->frames, have - 2 - length);
	socket->frames.has_ended = 1;
	return 0;
}

/* Takes the header of a frame, or all of a control frame. As take_piece(). */
static int take_websocket_header(struct websocket *socket)
{
	size_t have, header = 2;
	const unsigned char *at = received_bytes(&socket->frames, &have);
	int opcode;

	if (have < header)
		return 0;
	opcode = at[0] & OPCODE;
	header += at[1] == 126 ? 2 : at[1] == 127 ? 8 : 0;
	/* Extensions were not asked for, and a server masks nothing. */
	if (at[0] & ~(IS_FINAL | OPCODE) || at[1] & IS_MASKED)
		return -1;
	if (opcode >= CLOSE)
		return obey_control(socket, at, have);
	if (opcode > BINARY_MESSAGE || (opcode == CONTINUATION) != socket->goes_on)
		return -1;
	if (have < header)
		return 0;
	socket->left = header > 2 ? 0 : at[1];
	for (size_t i = 2; i < header; i++)
		socket->left = socket->left << 8 | at[i];
	socket->is_begin |= !socket->goes_on;
	socket->goes_on = !(at[0] & IS_FINAL);
	skip_bytes(&socket->frames, header);
	return 1;
}

int take_piece(struct websocket *socket, size_t most, struct piece *piece)
{
	size_t length;

	for (int taken = 1; socket->left == 0; taken = take_websocket_header(socket))
		if (taken <= 0)
			return taken;
	piece->bytes = received_bytes(&socket->frames, &length);
	if (length > socket->left)
		length = (size_t)socket->left;
	if (length > most)
		length = most;
	piece->length = length;
	piece->is_begin = socket->is_begin;
	if (length > 0)
		socket->is_begin = 0;
	skip_bytes(&socket->frames, length);
	socket->left -= length;
	return length > 0;
}

void put_message(struct websocket *socket, unsigned char first, const void *bytes, size_t length)
{
	put_websocket_frame(socket, BINARY_MESSAGE, &first, 1, bytes, length);
}

void put_ping(struct websocket *socket)
{
	put_control(socket, PING, "", 0);
}
