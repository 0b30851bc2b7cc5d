/**
 * What strangers try: containers, their owners, users of the host, members of the group. Each
 * attack fails; where one defence can be taken away, it succeeds without it.
 */
@NullMarked
package dev.dbg.nativetests.hostile;

import org.jspecify.annotations.NullMarked;
