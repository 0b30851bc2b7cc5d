/** Unix sockets, the credentials of their peers, and TCP on the loopback address. */
@NullMarked
package dev.dbg.kernel.socket;

import org.jspecify.annotations.NullMarked;
