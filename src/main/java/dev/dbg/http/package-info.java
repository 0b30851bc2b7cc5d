/**
 * Requests by HTTP to servers that are not trusted, and connections to such servers.
 *
 * <p>May import: {@code model}. Must not: know what is asked for.
 */
@NullMarked
package dev.dbg.http;

import org.jspecify.annotations.NullMarked;
