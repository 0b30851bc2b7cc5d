/** The control group of each session, cgroups(7): its limits and its counters. */
@NullMarked
package dev.dbg.cgroup;

import org.jspecify.annotations.NullMarked;
