/* common.h - what the files of both programs use. */
#ifndef DBG_COMMON_H
#define DBG_COMMON_H

/* The exit status of dbg when it failed and the tool did not run, dbg(1). */
#define DBG_FAILED 125

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
