/**
 * Builds what a tool sees as its root: the host's files that it needs, as detached read-only
 * mounts, in a separate root or mounted into the container's.
 */
@NullMarked
package dev.dbg.toolroot;

import org.jspecify.annotations.NullMarked;
