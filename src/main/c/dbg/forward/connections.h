/* connections.h - the connections to a forwarded port: connections.c */
#pragma once

/*
 * Accepts connections at the LISTENERS, of which the second may be -1, and serves each that is of this user by another
 * dbg, which runs LINE. SIGNALS is a signalfd(2) with SIGCHLD. Returns the number of another signal when it comes.
 */
int serve_connections(const int listeners[2], int signals, char **line);

/* Sends the signal to those that serve, and waits for their end. No other signal may be blocked. */
void end_connections(int number);
