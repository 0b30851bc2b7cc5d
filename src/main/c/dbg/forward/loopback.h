/* loopback.h - a port of this host's loopback: loopback.c */
#pragma once

/*
 * Listens at a port of 127.0.0.1 and of ::1; the second listener is -1 on a host without IPv6. Returns the port, which
 * is a free one for 0. Ends with a message if it cannot.
 */
unsigned listen_on_loopback(unsigned port, int listeners[2]);
