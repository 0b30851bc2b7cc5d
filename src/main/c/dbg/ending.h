/*
 * ending.h - signals that end dbg while no tool is there to take them. dbgd is told of each; but where it decides, or answers
 * itself, it reads none, and may be busy for long.
 */
#pragma once

/* The tool's streams are here: signals are the tool's. */
void note_tool(void);

/*
 * dbgd answers itself. From now on signals end this process even where it waits for who reads the answer, unless it has
 * something to draw to an end.
 */
void note_answer(void);

/* Notes a signal, which dbgd was told of. Returns whether this process is to end by it at once. */
int ends_by(int number);

/* Milliseconds until this process ends by a signal that came while there was no tool; NO_END if none did. */
int time_left(void);

/* That signal, or 0. */
int ending_signal(void);
