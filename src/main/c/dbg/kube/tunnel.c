/* tunnel.c - a connection to a port of a pod; tunnel.h */
#include <string.h>

#include "tunnel.h"

static void keep_error(struct tunnel *tunnel, const struct piece *piece)
{
	size_t length = sizeof(tunnel->error) - 1 - tunnel->errors;

	if (length > piece->length)
		length = piece->length;
	memcpy(tunnel->error + tunnel->errors, piece->bytes, length);
	tunnel->errors += length;
}

int take_data(struct tunnel *tunnel, struct frames *to)
{
	struct piece piece;
	int taken = 0;

	while (has_room(to) && (taken = take_piece(&tunnel->socket, LARGEST_BODY, &piece)) > 0) {
		size_t of_port = (size_t)piece.is_begin;

		if (piece.is_begin)
			tunnel->channel = piece.bytes[0];
		if (tunnel->channel >= CHANNELS)
			return -1;
		for (; of_port < piece.length && tunnel->of_port[tunnel->channel] < 2; of_port++)
			tunnel->of_port[tunnel->channel]++;
		piece.bytes += of_port;
		piece.length -= of_port;
		if (tunnel->channel == ERROR_CHANNEL)
			keep_error(tunnel, &piece);
		else
			put_plain(to, piece.bytes, piece.length);
	}
	return taken < 0 ? -1 : 0;
}

int has_error(const struct tunnel *tunnel)
{
	const struct websocket *socket = &tunnel->socket;

	return tunnel->errors > 0 && (socket->frames.has_ended || (socket->left == 0 && !socket->goes_on));
}

void put_data(struct tunnel *tunnel, struct frames *from)
{
	size_t length;
	const unsigned char *bytes = received_bytes(from, &length);

	while (length > 0 && has_room(&tunnel->socket.frames)) {
		size_t piece = length < LARGEST_MESSAGE ? length : LARGEST_MESSAGE - 1;

		put_message(&tunnel->socket, DATA_CHANNEL, bytes, piece);
		skip_bytes(from, piece);
		bytes = received_bytes(from, &length);
	}
}
