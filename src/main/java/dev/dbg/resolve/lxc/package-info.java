/**
 * LXC's and Incus's containers of root, found by the directories of their configuration and by the
 * command socket that liblxc opens for each running one. Incus's daemon is never asked.
 */
@NullMarked
package dev.dbg.resolve.lxc;

import org.jspecify.annotations.NullMarked;
