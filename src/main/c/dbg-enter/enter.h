/*
 * enter.h - what the files of dbg-enter share. dbgd(8)
 *
 * One process, one thread: nothing here is locked.
 */
#ifndef DBG_ENTER_H
#define DBG_ENTER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../shared/common.h"

#define UNREAD 123 /* said, never exited with, as the next */
#define UNRECORDABLE 124 /* said, never exited with: the tool had begun */
#define NOT_EXECUTABLE 126
#define NO_SUCH_TOOL 127

/* All that clone(2) and unshare(2) can make, but user and time: a host may have switched these two off, and
 * clone(2) does not take the latter. */
#define NEW_NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET)

/* No id at all, credentials(7). */
#define NOBODY ((uid_t)-1)

/* What dbgd orders; orders.c has the words. A descriptor that is not given is -1. */
struct orders {
	pid_t parent;		/* dbgd */
	int gate;		/* what to wait at until dbgd has moved this process into its control group, or -1 */
	int report;		/* where to say why there is no tool: a status, an errno and a line of text */
	uid_t uid;		/* whom the tool runs as, in the user namespace that it will be in */
	gid_t gid;
	uint64_t capabilities;	/* exactly what the tool gets, capabilities(7) */
	uint64_t memory;	/* how much the tool may map, in bytes */
	int tracer;		/* whether it may use ptrace(2) */
	int threads;		/* whether it may start threads */
	int forks;		/* whether it may start processes */
	int executes;		/* whether it may execute a program: its view has none but its helper */
	int relayed;		/* whether this process stands between the tool and the operator's descriptors */
	int terminal;		/* then: the master of the tool's terminal, pty(7) */
	int recording;		/* where what the tool writes is kept, or -1; with relayed */
	int timing;		/* and where it is told when */
	uint64_t recording_size; /* how large either may become, in bytes */
	int names;		/* whether to copy the container's resolv.conf and hosts into the view */
	uid_t names_uid;	/* with whose rights: the container's root, as whom the host knows it; NOBODY if it has none */
	gid_t names_gid;
	int root;		/* the container's root directory */
	int mounts;		/* the container's mount namespace */
	int files;		/* whether the tool sees the container's files, else the view made by dbgd */
	int pid, user, time;	/* namespaces to join */
	const char *pid_name;	/* the first as a link under /proc/PID/ns says it: pid:[4026532341] */
	int box;		/* with files: a detached mount with the tool, its loader and its libraries */
	int proc;		/* with files and without pid: a detached procfs of the host's */
	const char *loader;	/* with files: the loader's name in the box; NULL for a static tool */
	const char *tool;	/* the file to execute; with files its name in the box */
	const char *script;	/* what TOOL, an interpreter, is to read; NULL if the tool is no script */
	const char *option;	/* the interpreter's option in the script's first line, or NULL */
	const char *variable;	/* what tells the tool in its environment of a file, or NULL */
	const char *data;	/* that file, in the view; with files its name in the box */
	char **argv;		/* the tool's, its name first */
};

/* report.c */
extern int report;
void sort(int *numbers, size_t count);
void keep_only(int *kept, size_t count); /* closes all others from 3 on */
/* Each says why and ends. The latter two are for a call that failed, with errno; their text is the call,
 * a space and its object. */
_Noreturn void give_up(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void require(int result, const char *call);

/* orders.c */
struct orders read_orders(char **words);

/* stand_in.c */
_Noreturn void stand_in(void);

/* dispose.c */
_Noreturn void dispose(void);

/* relay.c: returns in a child that has other pipes, or a terminal of its own, instead of those whose
 * other ends the client has; the parent passes on what goes through them and ends as the tool ends. */
int stand_between(struct orders *orders); /* a descriptor that hangs up when the parent ends */

/* recording.c */
void begin_recording(const struct orders *orders); /* limits what this process may write */
void record_output(const char *bytes, size_t length);
void record_window_size(int terminal);

/* names.c */
void copy_names(const struct orders *orders);

/* proc.c: a detached procfs of the pid namespace that is being joined. In the container's mounts. */
int containers_proc(int root, const char *pid_name);
int new_proc(int pid);

/* place.c */
int is_same_place(int a, int b);

/* files.c */
int lay_over(int tree, const char *path);
const char *enter_files(const struct orders *orders);
void lay_proc_of_pid(const struct orders *orders);

/* confine.c */
void join(int namespace, int kind, const char *what);
void confine(const struct orders *orders);
void die_with_parent(void);
void die_with(pid_t parent);
void await_membership(int gate);
void die_with_relay(int life);
void drop_all_privileges(void);
void require_no_way_out(const struct orders *orders);

/* filter.c */
void filter_dangers(const struct orders *orders, const char *tool);
void filter_processes(const struct orders *orders);

#endif
