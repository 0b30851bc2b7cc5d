/* common.h - what the files of both programs use. */
#ifndef DBG_COMMON_H
#define DBG_COMMON_H

/* The exit status of dbg when dbg itself failed, not the tool, dbg(1). */
#define DBG_FAILED 125

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
