/** The typed grammar of what may follow a tool's name. */
@NullMarked
package dev.dbg.tools.argument;

import org.jspecify.annotations.NullMarked;
