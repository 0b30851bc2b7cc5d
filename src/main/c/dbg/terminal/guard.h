/* guard.h - restores the terminal if dbg is killed while the terminal is in raw mode: guard.c */
#pragma once

#include <termios.h>

/* From now on the terminal gets the modes BEFORE if dbg is killed and the terminal then has the modes RAW. */
void start_guard(int terminal, const struct termios *before, const struct termios *raw);

/* dbg ends, and has restored the terminal. */
void dismiss_guard(void);
