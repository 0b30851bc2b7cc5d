/**
 * Lets clients in, limits what each may take of dbgd, and hands each request to what answers it.
 */
@NullMarked
package dev.dbg.serve;

import org.jspecify.annotations.NullMarked;
