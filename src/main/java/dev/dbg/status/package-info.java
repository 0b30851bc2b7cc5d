/**
 * What {@code dbg status} tells of a container: what its engine says, by {@code docker inspect},
 * and what the kernel says of its process. Neither the environment, labels nor commands are read:
 * people put passwords there.
 */
@NullMarked
package dev.dbg.status;

import org.jspecify.annotations.NullMarked;
