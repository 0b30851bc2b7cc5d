/* The filter does not know the calls that make sockets. */
#include <sys/syscall.h>
#undef SYS_socket
#define SYS_socket 0x3fffffff
#undef SYS_socketpair
#define SYS_socketpair 0x3ffffffe
