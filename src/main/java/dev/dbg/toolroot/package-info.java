/**
 * What a tool sees as its root: the host's files that it needs, as detached read-only mounts, in a
 * root of their own or laid into the container's.
 */
@NullMarked
package dev.dbg.toolroot;

import org.jspecify.annotations.NullMarked;
