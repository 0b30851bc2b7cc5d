/** The kernel's control groups, cgroups(7). */
@NullMarked
package dev.dbg.kernel.cgroup;

import org.jspecify.annotations.NullMarked;
