/**
 * The words that the native tests are written in: a host with a dbgd of its own, operators who are
 * not root, containers of real engines, what a command did and what was recorded of it.
 */
@NullMarked
package dev.dbg.nativetests.scene;

import org.jspecify.annotations.NullMarked;
