package dev.dbg.grammar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg ps}. */
@Command(name = "ps")
final class PsVerb implements Verb {
  @Option(names = "--json")
  boolean json;

  @Override
  public Invocation invocation(ParseResult parsed) {
    return new Invocation.Ps(json);
  }
}
