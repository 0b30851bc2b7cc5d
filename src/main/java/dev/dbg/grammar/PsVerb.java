package dev.dbg.grammar;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dbg ps}. */
@Command(
    name = "ps",
    description = "List the containers that you may enter.",
    customSynopsis = "dbg ps [--json]")
final class PsVerb implements Verb {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Invocation invocation(List<String> rest) {
    return new Invocation.Ps(json);
  }
}
