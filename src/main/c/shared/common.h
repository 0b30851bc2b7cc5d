/* common.h - what the files of both programs use. */
#pragma once

/* The exit status of dbg when dbg itself failed, not the tool, dbg(1). */
#define DBG_FAILED 125

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
