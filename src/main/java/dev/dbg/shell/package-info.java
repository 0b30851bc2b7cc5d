/**
 * {@code dbg shell}: the script with which the client becomes the operator's own bash. Each command
 * of that shell is a request of its own, which is decided and recorded like any other; nothing here
 * permits anything.
 */
@NullMarked
package dev.dbg.shell;

import org.jspecify.annotations.NullMarked;
