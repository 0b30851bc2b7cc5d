/** Processes, namespaces, terminals and users. */
@NullMarked
package dev.dbg.kernel.process;

import org.jspecify.annotations.NullMarked;
