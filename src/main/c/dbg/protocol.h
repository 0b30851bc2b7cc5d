/*
 * protocol.h - the packets between dbg and dbgd. It repeats the table of dbg-protocol(7). Numbers are big-endian.
 * Tests of both programs use the golden files in src/test/resources/protocol.
 */
#pragma once

#define PROTOCOL_VERSION 3
#define LARGEST_PACKET (64 * 1024)
#define DEFAULT_SOCKET "/run/dbg/dbg.sock"

enum packet_type {
	/* from dbg */
	PACKET_REQUEST = 0x01,
	PACKET_SIGNAL = 0x02,
	PACKET_WINDOW = 0x03,
	PACKET_BEHALF = 0x04,
	/* from dbgd */
	PACKET_OUTPUT = 0x81,
	PACKET_ERROR = 0x82,
	PACKET_EXITED = 0x83,
	PACKET_SIGNALLED = 0x84,
	PACKET_RAW = 0x85,
	PACKET_STREAMS = 0x86,
	PACKET_VERBATIM = 0x87,
	PACKET_SHELL = 0x88,
	PACKET_DRAWING = 0x89,
};
