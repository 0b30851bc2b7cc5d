/** The page for Cockpit, in a browser, as users see it who may read more and less. */
@NullMarked
package dev.dbg.nativetests.page;

import org.jspecify.annotations.NullMarked;
