/*
 * tunnel.h - a connection to a port of a pod, through the API server and the node's kubelet: v4.channel.k8s.io, the
 * WebSocket form of port-forward that Kubernetes' client libraries use. Each message begins with a byte for its channel:
 * 0 has data, 1 a message about an error; and the first of each channel then has the port, in two bytes.
 */
#pragma once

#include "websocket.h"

enum channel { DATA_CHANNEL, ERROR_CHANNEL, CHANNELS };

#define PROTOCOL_OF_TUNNEL "v4.channel.k8s.io"

struct tunnel {
	struct websocket socket;
	unsigned channel;   /* of the message that is being taken */
	size_t of_port[2];  /* how many bytes of it have come, by channel */
	size_t errors;
	char error[512];    /* what came on the channel for it, ended by a zero byte */
};

/* Passes on what came, as far as there is room. Returns -1 if it is not the protocol. */
int take_data(struct tunnel *tunnel, struct frames *to);

/* Whether an error has come, in whole. */
int has_error(const struct tunnel *tunnel);

/* Passes on what came from there, as far as there is room. */
void put_data(struct tunnel *tunnel, struct frames *from);
