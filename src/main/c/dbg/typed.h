/*
 * typed.h - what the operator typed, and so what dbgd may ask of this process. Not only dbgd answers: what reads its log,
 * a process with less rights, may be led astray by what it reads. It must not get the operator's rights, streams or
 * terminal.
 */
#ifndef DBG_TYPED_H
#define DBG_TYPED_H

extern struct typed {
	int shell, audit, replay;
} typed;

void note_typed(char **words);
void require_typed(int is, const char *what); /* ends this process with a message if it is not */

#endif
