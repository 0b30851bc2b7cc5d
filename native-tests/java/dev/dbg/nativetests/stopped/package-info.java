/**
 * The files of what does not run are those that it left, for who may look at them: no stranger can
 * have others shown in their place.
 */
@NullMarked
package dev.dbg.nativetests.stopped;

import org.jspecify.annotations.NullMarked;
