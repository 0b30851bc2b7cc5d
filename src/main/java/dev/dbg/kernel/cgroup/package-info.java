/** Control groups as the kernel has them, cgroups(7). */
@NullMarked
package dev.dbg.kernel.cgroup;

import org.jspecify.annotations.NullMarked;
