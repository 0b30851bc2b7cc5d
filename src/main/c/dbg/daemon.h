/* daemon.h - the connection to dbgd, and what travels on it. */
#pragma once

#include <sys/types.h>

#include "packet.h"

/* Returns -1 with errno if dbgd does not listen. */
int try_to_connect(void);

/* Ends dbg with what to do if dbgd does not listen. */
int connect_to_daemon(void);

/* Receives a packet and the descriptors that came with it, at most one for each stream. */
ssize_t receive_packet(int daemon, struct packet *packet, int *ends, size_t *count);

/* Sends such a packet. Returns -1 with errno, which is EAGAIN if it would have to wait. */
int send_packet(int to, const struct packet *packet, const int *ends, size_t count);

/* Whether nothing comes after this packet of dbgd's. */
int is_last(const struct packet *packet);
