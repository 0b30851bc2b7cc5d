/** Unix sockets, and the credentials of their peers. */
@NullMarked
package dev.dbg.kernel.socket;

import org.jspecify.annotations.NullMarked;
