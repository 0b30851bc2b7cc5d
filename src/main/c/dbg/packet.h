/* packet.h - builds and reads packets of the protocol, dbg-protocol(7). */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "protocol.h"

struct packet {
	unsigned char bytes[LARGEST_PACKET];
	size_t length;
};

/* These append to the packet; put_header() begins it. They end dbg if the packet becomes too long. */
void put_header(struct packet *packet, enum packet_type type);
void put_u8(struct packet *packet, uint8_t value);
void put_u32(struct packet *packet, uint32_t value);
void put_string(struct packet *packet, const char *text);
void put_variable(struct packet *packet, const char *name, const char *value); /* NAME=VALUE, as one string */
void put_window_size(struct packet *packet, struct winsize size);

/*
 * The string at an offset, which is advanced past it; NULL if the packet ends before the string does. It is never
 * freed: dbg reads few.
 */
char *take_string(const struct packet *packet, size_t *at);

/* The one number that a packet holds after its header. Ends dbg if the packet is not of that length. */
uint32_t number_of(const struct packet *packet);
