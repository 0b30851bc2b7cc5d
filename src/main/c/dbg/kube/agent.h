/*
 * agent.h - the line to a session's agent, when the API server has made the session's object and the connection; cluster.c
 */
#pragma once

#include "../remote/frames.h"
#include "http.h"
#include "session.h"
#include "tunnel.h"

/* The status of a line that the cluster or the agent refused. */
#define REFUSED_THERE 126

/* Nothing of it is set before it is used: the program would have all of its buffers in the file. */
struct line_there {
	struct http http, beside; /* beside it, what does not need the object; then it is the tunnel */
	struct session session;
	int is_asked_for, is_made, has_begun; /* the object */
	struct tunnel tunnel;
	struct frames courier; /* the bytes from it and to it */
};

extern struct line_there here;

/* Ends the way. A session that has not begun leaves no object. */
_Noreturn void leave(int status);

/*
 * What others chose in a message has no line of its own. What became of the object is waited for: nobody else knows its
 * name, and if it was refused, that is what is told. An API server that failed twice has said it once.
 */
__attribute__((format(printf, 2, 3))) _Noreturn void leave_with(int status, const char *format, ...);

/* Says to the agent which session, and waits until it lets it in. Nothing else is said before. */
void introduce(void);

/* Passes bytes both ways until either end ends. */
_Noreturn void copy(void);
