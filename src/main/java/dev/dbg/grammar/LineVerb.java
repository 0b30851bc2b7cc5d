package dev.dbg.grammar;

import java.util.List;

/** A verb about {@code TARGET [NS] [--] TOOL [ARG...]}, whose words {@link SplitWords} reads. */
interface LineVerb {
  /**
   * Called once after picocli has filled the command's fields.
   *
   * @param operands TARGET and what follows, without options of dbg
   */
  Invocation invocation(List<String> operands) throws UsageMistake;
}
