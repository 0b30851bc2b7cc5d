package dev.dbg.grammar;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dbg audit [list]}. */
@Command(
    name = "audit",
    description = "Print the newest records that you may read, the newest last.",
    customSynopsis = "dbg audit [list] [-n COUNT] [--json]")
final class AuditVerb implements Verb {
  private static final int MOST = 1000;

  @Option(
      names = "--json",
      description = "Print JSON; for root the records as they are in the log.")
  boolean json;

  @Option(
      names = "-n",
      paramLabel = "COUNT",
      defaultValue = "20",
      description = "How many at most; 20 unless told.")
  int count;

  @Parameters(arity = "0..1", hidden = true)
  @Nullable String action;

  @Override
  public Invocation invocation() throws UsageMistake {
    if (action != null && !action.equals("list")) {
      throw new UsageMistake("'%s' is no action of dbg audit: list is".formatted(action));
    }
    if (count < 1 || count > MOST) {
      throw new UsageMistake("-n %d: a number from 1 to %d is wanted".formatted(count, MOST));
    }
    return new Invocation.Audit(count, json);
  }
}
