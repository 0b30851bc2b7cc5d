/* The container's names are read with the rights of the host's root. */
#include <sys/fsuid.h>
#include <unistd.h>
static inline int setfsuid_never(uid_t uid)
{
	static uid_t last;
	uid_t before = last;

	last = uid == (uid_t)-1 ? last : uid;
	return (int)before;
}
static inline int setfsgid_never(gid_t gid)
{
	static gid_t last;
	gid_t before = last;

	last = gid == (gid_t)-1 ? last : gid;
	return (int)before;
}
#define setfsuid setfsuid_never
#define setfsgid setfsgid_never
