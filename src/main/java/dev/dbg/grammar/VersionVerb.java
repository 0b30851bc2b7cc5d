package dev.dbg.grammar;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dbg version}. */
@Command(
    name = "version",
    description = "Print the version.",
    customSynopsis = "dbg version [--json]")
final class VersionVerb implements Verb {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Invocation invocation(List<String> rest) {
    return new Invocation.Version(json);
  }
}
