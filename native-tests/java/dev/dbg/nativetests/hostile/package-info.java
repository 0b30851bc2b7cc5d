/**
 * What strangers try: containers, their owners, users of the host, members of the group. Each
 * attack fails, and succeeds where the defence is off.
 */
@NullMarked
package dev.dbg.nativetests.hostile;

import org.jspecify.annotations.NullMarked;
