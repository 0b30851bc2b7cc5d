/** The container that was decided on is the one that is entered, whatever changes meanwhile. */
@NullMarked
package dev.dbg.nativetests.identity;

import org.jspecify.annotations.NullMarked;
