package dev.dbg.grammar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg version}. */
@Command(
    name = "version",
    description = "Print the version.",
    customSynopsis = "dbg version [--json]")
final class VersionVerb implements Verb {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Invocation invocation(ParseResult parsed) {
    return new Invocation.Version(json);
  }
}
