/* peer.h - who is at the other end of a connection over the loopback: peer.c */
#pragma once

/*
 * Whether a process of this process's user has the other end of this TCP connection, as the kernel says. It does not
 * if that end is closed already: whose it was is not known then.
 */
int is_of_this_user(int connection);
