/** Who may ask and run what, with which arguments, and what those learn who may not. */
@NullMarked
package dev.dbg.nativetests.policy;

import org.jspecify.annotations.NullMarked;
