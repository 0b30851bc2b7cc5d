/* other_end.h - `dbg stdio`: the other end of `dbg -H`, on the host that is asked. */
#pragma once

/* Whether these words, without the program's name, are this verb. A container of that name has words behind it. */
int stdio_asked(int count, char **words);

/* Serves one line that comes over standard input. */
_Noreturn void run_stdio(void);
