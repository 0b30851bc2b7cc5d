/** What is on record, who may read it, and what an administrator sees of sessions. */
@NullMarked
package dev.dbg.nativetests.log;

import org.jspecify.annotations.NullMarked;
