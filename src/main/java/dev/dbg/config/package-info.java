/** Reads {@code dbgd.toml} and the files that it names. */
@NullMarked
package dev.dbg.config;

import org.jspecify.annotations.NullMarked;
