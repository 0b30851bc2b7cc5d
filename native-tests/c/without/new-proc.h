/* As on Linux before 6.17, the container's own procfs is taken. */
#include <sys/syscall.h>
#undef SYS_fsopen
#define SYS_fsopen -1
