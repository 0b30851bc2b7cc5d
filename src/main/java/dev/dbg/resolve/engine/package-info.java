/** Docker and Podman: their API, and their state on disk for when the API does not answer. */
@NullMarked
package dev.dbg.resolve.engine;

import org.jspecify.annotations.NullMarked;
