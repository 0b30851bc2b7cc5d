/**
 * A session, from a request to the record of its end. {@code Session.run} follows dbg-inside(7),
 * "One request", stage by stage.
 *
 * <p>Must not: implement a stage itself.
 */
@NullMarked
package dev.dbg.session;

import org.jspecify.annotations.NullMarked;
