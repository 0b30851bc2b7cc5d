/**
 * How long the tests wait for what must happen, how much of a large matrix they try, and how they
 * compare times.
 *
 * <p>May import: nothing of dbg. Must not: know dbg or a machine.
 */
@NullMarked
package dev.dbg.nativetests.scene.measure;

import org.jspecify.annotations.NullMarked;
