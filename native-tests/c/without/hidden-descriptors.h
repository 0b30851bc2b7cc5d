/* Nothing is bound over another: the tool's /proc/PID/fd leads to what the operator handed over. */
#include <sys/mount.h>
static inline int mount_but_bind(const char *from, const char *to, const char *type, unsigned long flags,
				 const void *data)
{
	return flags & MS_BIND ? 0 : mount(from, to, type, flags, data);
}
#define mount mount_but_bind
