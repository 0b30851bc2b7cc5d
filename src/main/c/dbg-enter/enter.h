/*
 * enter.h - what the files of dbg-enter share. dbg-inside(7)
 *
 * dbg-enter is one process with one thread, but for the closer: nothing here is locked.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../shared/common.h"

/*
 * Statuses that dbg-enter reports to dbgd. The first two are never exit statuses: the tool was running when it was
 * ended.
 */
#define UNREAD 123	 /* nobody read the output of a tracer */
#define UNRECORDABLE 124 /* the tool's output could not be recorded */
#define NOT_EXECUTABLE 126
#define NO_SUCH_TOOL 127

/*
 * All kinds of namespaces that one clone(2) or unshare(2) can make, without user and time: these two may be
 * disabled on a host, and clone(2) does not make time namespaces.
 */
#define NEW_NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET)

/* The id that means no user or group, credentials(7). */
#define NOBODY ((uid_t)-1)

/* The most that is mounted over the files of a container that does not run. */
#define MOST_VOLUMES 128

/*
 * What dbgd orders. orders.c has the word on the command line for each member. A descriptor that is not given
 * is -1, a text NULL.
 */
struct orders {
	/* How this process and dbgd synchronise. */
	struct sync {
		pid_t parent;	/* the process id of dbgd; 0 in a pid namespace that dbgd is not in */
		int gate;	/* a byte comes here when dbgd has moved this process into its control group */
		int start;	/* a byte comes here when the tool may start */
		int report;	/* where to write why there is no tool: a status, an errno and a line of text */
		int trace;	/* where to write when each stage begins */
	} sync;

	/*
	 * The namespaces that this process joins. dbgd's thread has joined the others before: the container's, or
	 * dbgd's own empty ones.
	 */
	struct namespaces {
		int mounts;		/* the container's mount namespace */
		int pid, user;
		int time;		/* the container's, or dbgd's own */
		const char *pid_name;	/* the pid namespace as the link /proc/PID/ns/pid has it: pid:[4026532341] */
		int new_cgroup;		/* whether this process makes a cgroup namespace of the session's own */
		int own_pid;		/* whether this process makes a pid namespace of the tool's own; own_pid.c */
	} namespaces;

	/*
	 * What the tool sees as /. With FILES these are the container's files, and the tool, its loader and its
	 * libraries are in the bundle, which is mounted over one of the container's directories. Without FILES it is the
	 * view that dbgd has made.
	 */
	struct root {
		int files;
		int directory;		/* the container's root directory */
		int layers;		/* with FILES, of a container that does not run: its files, a detached mount */
		struct volume {
			int tree;		 /* a detached mount */
			const char *destination; /* where it is mounted over LAYERS */
		} volumes[MOST_VOLUMES];
		size_t volume_count;
		int bundle;		/* with FILES: a detached mount */
		int proc;		/* with FILES and without a pid namespace: a detached procfs of the host's */
		const char *shown;	/* the entries of a procfs that the tool sees, with slashes between: covers.c */
		int mountinfo, mounts;	/* with PROC: detached files of the container's process, proc_pid_mounts(5) */
		const char *start;	/* with FILES: the directory that the tool starts in; NULL for / */
		int names;		/* whether to copy the container's resolv.conf and hosts into the view */
		uid_t names_uid;	/* with whose rights, as the host has their ids: the container's root's, or, if that */
		gid_t names_gid;	/* is the host's too, its first process's; NOBODY if the container has no root */
		int names_user;		/* the user namespace of the former; -1 for the latter */
	} root;

	/* Whom the tool runs as, in the user namespace that it is in, and exactly which capabilities it has. */
	struct identity {
		uid_t uid;
		gid_t gid;
		uint64_t capabilities;
	} identity;

	/* What the tool may use. */
	struct limits {
		uint64_t memory;	/* the size of its address space in bytes, or 0 for no limit */
		int tracer;		/* whether it may use ptrace(2) */
		int threads;		/* whether it may start threads */
		int forks;		/* whether it may start processes */
		int executes;		/* whether it may execute a program; its view has only the helper of the tool */
		int sockets;		/* whether it may make sockets for networks */
		int unix_sockets;	/* whether it may make Unix sockets, and no other: never a tool, but a reader */
	} limits;

	/* How the tool's standard streams reach the client, and where its output is recorded. */
	struct streams {
		int relayed;		 /* whether this process copies between the tool and the client */
		int counts;		 /* where a tool that copies says how much; DBG_COUNTS tells it the number */
		int terminal;		 /* if relayed: the master of the tool's terminal, pty(7) */
		int recording;		 /* if relayed: the file for the tool's output */
		int timing;		 /* if relayed: the file for the times of the output */
		uint64_t recording_size; /* the largest size of each of these two files, in bytes */
	} streams;

	/* What to execute. With FILES in the root, LOADER, TOOL, SCRIPT and DATA are names in the bundle. */
	struct command {
		const char *loader;	/* with FILES: the dynamic loader; NULL for a static tool */
		const char *tool;	/* the file to execute */
		const char *script;	/* the script that TOOL, an interpreter, runs; NULL if there is none */
		const char *option;	/* the interpreter's option in the first line of the script, or NULL */
		const char *variable;	/* the environment variable that names DATA, or NULL */
		const char *data;	/* a file that the tool needs */
		char **argv;		/* the tool's arguments, its name first */
	} command;
};

/* report.c */
extern int report; /* the descriptor where failures are reported, or -1 */
void sort(int *numbers, size_t count);
void keep_only(int *kept, size_t count); /* closes all other descriptors from 3 on */
/*
 * Each reports why there is no tool, and ends this process. The latter two are for a call that failed, and report
 * errno; their text is the call, a space and its object, which dbgd interprets.
 */
_Noreturn void give_up(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void require(int result, const char *call);

/* trace.c */
extern int trace; /* the descriptor where stages are told, or -1 */
void stage(const char *name);

/* orders.c */
struct orders read_orders(char **words); /* and the environment */

/* probe.c */
_Noreturn void probe(void);
_Noreturn void wait_for_dbgd(void);

/* empty.c */
_Noreturn void keep_empty(void);

/* slow_close.c */
_Noreturn void slow_close(void);
_Noreturn void closer(void);

/*
 * relay.c: forks. The child returns, with new pipes or a terminal as its standard streams. The parent copies between
 * these and the client's streams, and ends as the tool ends. Returns a descriptor that hangs up when the parent ends.
 */
int start_relay(struct orders *orders);

/* recording.c */
void begin_recording(const struct streams *streams); /* limits the size of all files that this process writes */
void record_output(const char *bytes, size_t length);
void record_window_size(int terminal);

/* names.c */
void copy_names(const struct orders *orders);

/*
 * proc.c: new_proc() and containers_proc() return a detached procfs, or -1: of the pid namespace that is being joined, or
 * of this process's own for a PID of -1. containers_proc() is to be called in the container's mount namespace.
 */
int is_on_proc(int fd); /* whether that is a file of a procfs */
_Noreturn void refuse_second_proc(void);
void require_no_proc(int fd);
int new_proc(int pid);
int own_directory(void);
char *listed_mount(int fd, int self);
int containers_proc(int root, const char *pid_name, int self, int all);

/* place.c: -1 with errno if one of them does not let itself be looked at */
int is_same_place(int a, int b);
long long mount_of(int fd);

/* devices.c: take_devices() is to be called where dbgd has mounted them, mount_devices() in the container's files. */
#define DEVICES 6
void take_devices(int trees[DEVICES]);
void mount_devices(const int trees[DEVICES]);

/* covers.c. SHOWN has the entries of a procfs that the tool sees, and a PROC is attached. */
struct covers {
	int directory, file; /* detached mounts */
};
int take_cover(const char *path);
struct covers take_covers(void);
int is_mask(const char *type, const char *root);
int is_system(const char *type, const char *root);
void note_mask(const char *path, const char *shown);
void note_system(const char *path);
void cover_systems(int empty);
void cover_masks(int proc);
void cover_proc(int proc, const struct covers *covers, const char *shown);

/* own_pid.c: the tool then starts in that namespace, as in the container's. */
void make_own_pid_namespace(const struct covers *covers, const char *shown, int life);

/* mounts.c: SELF is the result of own_directory(). */
int is_below(const char *path, const char *directory); /* or the directory itself */
void note_masks(const struct orders *orders, int self);
void take_mounts(const struct orders *orders, int self);

/* files.c */
int open_directory(const char *path); /* without following a link; -1 with errno */
void unshare_mounts(void);
void take_root(int tree);
void require_in_namespace(int root, int self);
int mount_over(int tree, const char *path);
const char *enter_files(const struct orders *orders, int life);
void mount_proc_of_pid(const struct orders *orders);

/* confine.c */
void join(int namespace, int kind, const char *what);
int sees_all_processes(uint64_t capabilities);
void confine(const struct orders *orders);
void die_with_parent(void);
void die_with(pid_t parent);
void die_with_relay(int life);
void await_membership(int gate);
void await_start(int start);
void drop_all_privileges(void);
void close_ways_out(struct orders *orders);
int is_in_pid_namespace(const struct orders *orders);

/*
 * filter.c. TOOL is the path that will be executed; the filter knows it by its address. Signals are allowed to a
 * tracer that is in the container's pid namespace; MAY_QUIT allows SIGQUIT by pidfd_send_signal(2). UID is the tool's.
 */
void filter_dangers(const struct limits *limits, int may_quit, const char *tool);
void filter_processes(const struct limits *limits, int in_pid_namespace, uid_t uid);
