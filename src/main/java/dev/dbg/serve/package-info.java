/** Accepts clients, limits what each may use of dbgd, and hands each request to its handler. */
@NullMarked
package dev.dbg.serve;

import org.jspecify.annotations.NullMarked;
