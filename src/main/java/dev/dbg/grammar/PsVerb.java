package dev.dbg.grammar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg ps}. */
@Command(
    name = "ps",
    description = "List the containers that you may enter.",
    customSynopsis = "dbg ps [--json]")
final class PsVerb implements Verb {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Invocation invocation(ParseResult parsed) {
    return new Invocation.Ps(json);
  }
}
