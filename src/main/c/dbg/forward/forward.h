/* forward.h - `dbg connect` and `dbg forward`: a port of a container's on the operator's side. */
#pragma once

/* If the verb is connect, these become the words of the line that it means. */
void replace_connect(int *argc, char ***argv);

/* Whether the words begin with the verb forward. */
int forward_asked(char **words);

/*
 * Listens on the loopback, and connects each connection of the same user's with the port, by another dbg, until a
 * signal comes.
 */
_Noreturn void run_forward(char **words);
