/** Unix sockets, and who is at their other end. */
@NullMarked
package dev.dbg.kernel.socket;

import org.jspecify.annotations.NullMarked;
