/*
 * another.h - starts another dbg: each line of --each and each connection of forward is one; and what holds for other
 * programs, such as ssh.
 */
#pragma once

#include <sys/types.h>

/* In the place of a descriptor: an input that is empty. */
#define STDIN_OF_NOBODY (-1)

/* The path of what is installed with this program, from its directory on: ../share/dbg. It is PATH_MAX bytes. */
void path_beside(char *path, const char *relative);

/* Makes a pipe, or ends with a message. */
void open_pipe(int ends[2]);

/*
 * For the whole client, before it starts another program or a courier: dbgd deliver starts dbg with a capability, as
 * another user than root, and neither ssh nor what reads its answers may have it. Ends the client if it cannot; does
 * nothing for root.
 */
void give_up_capabilities(void);

/*
 * Whether a program may ask for a password at the terminal: in the background, as with --each, or for Tab, a question
 * would wait for ever, or stand in the line that is edited.
 */
int may_ask(void);

/*
 * Starts another dbg with these words, of which the first is the program's name, and these descriptors. Returns -1 with
 * errno if it cannot. When this one ends, however, the other gets SIGTERM. In a process group of its own, a key of the terminal reaches only this process, which
 * passes it on.
 */
pid_t start_dbg(char **words, int in, int out, int err, int own_group);

/* Waits for it to end. Returns its status, or 128 and the number of the signal that ended it. */
int status_of_dbg(pid_t dbg);

/* Runs another dbg without input, and returns what it prints, ended by a zero byte; the caller has its memory. */
char *output_of_dbg(char **words, int *status);
