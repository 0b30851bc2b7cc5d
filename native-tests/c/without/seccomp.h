/* The seccomp filter is built but not installed. */
#include <sys/prctl.h>
#undef PR_SET_SECCOMP
#define PR_SET_SECCOMP PR_GET_SECCOMP
