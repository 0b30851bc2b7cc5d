/* packet.c - builds and reads packets; packet.h */
#include <endian.h>
#include <string.h>

#include "packet.h"
#include "terminal/terminal.h"

static void put_bytes(struct packet *packet, const void *bytes, size_t length)
{
	if (length > sizeof(packet->bytes) - packet->length)
		fail("the command line is too long: a request holds at most %d bytes: use fewer or shorter arguments",
		     LARGEST_PACKET);
	memcpy(packet->bytes + packet->length, bytes, length);
	packet->length += length;
}

void put_u8(struct packet *packet, uint8_t value)
{
	put_bytes(packet, &value, sizeof(value));
}

static void put_u16(struct packet *packet, uint16_t value)
{
	value = htobe16(value);
	put_bytes(packet, &value, sizeof(value));
}

void put_u32(struct packet *packet, uint32_t value)
{
	value = htobe32(value);
	put_bytes(packet, &value, sizeof(value));
}

void put_string(struct packet *packet, const char *text)
{
	size_t length = strlen(text);

	put_u32(packet, (uint32_t)length);
	put_bytes(packet, text, length);
}

void put_variable(struct packet *packet, const char *name, const char *value)
{
	size_t length = strlen(name) + 1 + strlen(value);

	put_u32(packet, (uint32_t)length);
	put_bytes(packet, name, strlen(name));
	put_bytes(packet, "=", 1);
	put_bytes(packet, value, strlen(value));
}

void put_header(struct packet *packet, enum packet_type type)
{
	packet->length = 0;
	put_u8(packet, (uint8_t)type);
	put_u8(packet, PROTOCOL_VERSION);
}

void put_window_size(struct packet *packet, struct winsize size)
{
	put_u16(packet, size.ws_row);
	put_u16(packet, size.ws_col);
}

char *take_string(const struct packet *packet, size_t *at)
{
	uint32_t length;
	char *text;

	if (packet->length - *at < sizeof(length))
		return NULL;
	memcpy(&length, packet->bytes + *at, sizeof(length));
	length = be32toh(length);
	*at += sizeof(length);
	if (length > packet->length - *at)
		return NULL;
	text = strndup((const char *)packet->bytes + *at, length);
	*at += length;
	return text;
}

uint32_t number_of(const struct packet *packet)
{
	uint32_t value;

	if (packet->length != 2 + sizeof(value))
		fail("dbgd sent a packet of %zu bytes that dbg does not understand: "
		     "install dbg and dbgd of the same version", packet->length);
	memcpy(&value, packet->bytes + 2, sizeof(value));
	return be32toh(value);
}
