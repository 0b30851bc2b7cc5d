/* What reads for a user is stopped before it is executed, as by that user. The log's reader has a larger number. */
#include <signal.h>
#include <unistd.h>
#define execv(path, words) (getuid() > 0 && getuid() < 1900000000 ? raise(SIGSTOP) : 0, (execv)(path, words))
