/**
 * Real container engines, root's own and others that are started beside them, and the image that
 * all of them get.
 *
 * <p>May import: {@code machine}, {@code measure}, {@code target}. Must not: start a dbgd.
 */
@NullMarked
package dev.dbg.nativetests.scene.engine;

import org.jspecify.annotations.NullMarked;
