package dev.dbg.grammar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg sessions}. */
@Command(
    name = "sessions",
    description = "List your running sessions; for root, everybody's.",
    customSynopsis = "dbg sessions [--json] [--watch]")
final class SessionsVerb implements Verb {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Option(names = "--watch", description = "List them again every two seconds, until interrupted.")
  boolean watch;

  @Override
  public Invocation invocation(ParseResult parsed) {
    return new Invocation.Sessions(watch, json);
  }
}
