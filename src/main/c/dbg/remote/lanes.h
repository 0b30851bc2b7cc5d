/*
 * lanes.h - the streams of a tool between two dbg: each stream has its own credit, so one whose reader is slow neither
 * fills memory nor stops the others.
 */
#pragma once

#include <poll.h>

#include "frames.h"
#include "../streams.h"

/* What a lane may have under way, and so what its receiver keeps at most. */
#define LANE_ROOM (1 << 20)

/* Opens the lane of a stream with a descriptor of this side, which is closed with it and never blocks. */
void open_lane(int stream, int fd, int is_source);

/* What poll(2) is to wait for, one entry for each lane. */
void want_lanes(struct pollfd ready[MOST_STREAMS], const struct frames *frames);
void move_lanes(const struct pollfd ready[MOST_STREAMS], struct frames *frames);

/* Obeys a frame of a lane. Returns -1 if it is not one, or not one that the other side may send now. */
int obey_lane_frame(const struct frame *frame);

/* Whether bytes are kept that a reader of this side has not taken yet. */
int lanes_are_full(void);

/* Reads what a tool that has ended has left behind. Returns whether that was all. */
int lanes_are_empty(struct frames *frames);

/* The descriptor of the lane on this side, or -1. */
int lane_end(int stream);
