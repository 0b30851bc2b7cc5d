/** Docker and Podman: their API, and their state on the disk for when the API does not answer. */
@NullMarked
package dev.dbg.resolve.engine;

import org.jspecify.annotations.NullMarked;
