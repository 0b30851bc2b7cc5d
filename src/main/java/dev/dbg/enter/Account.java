package dev.dbg.enter;

import java.util.OptionalLong;
import java.util.Set;

/**
 * What a session took and wanted, as its control group counts it.
 *
 * @param shortages what it wanted more of than it may have
 * @param memory the most that it had at once, in bytes, with the pages of files that it was the
 *     first to read; nothing where the kernel does not tell
 */
public record Account(Set<Shortage> shortages, OptionalLong memory) {
  /** Of a session that nobody counted. */
  public static final Account NONE = new Account(Set.of(), OptionalLong.empty());
}
