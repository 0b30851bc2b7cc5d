package dev.dbg.grammar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dbg tools}. */
@Command(
    name = "tools",
    description = "List the tools that you may run.",
    customSynopsis = "dbg tools [--json]")
final class ToolsVerb implements Verb {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Invocation invocation() {
    return new Invocation.Tools(json);
  }
}
