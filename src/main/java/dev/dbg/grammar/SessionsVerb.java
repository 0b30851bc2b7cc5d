package dev.dbg.grammar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg sessions}. */
@Command(name = "sessions")
final class SessionsVerb implements Verb {
  @Option(names = "--json")
  boolean json;

  @Option(names = "--watch")
  boolean watch;

  @Override
  public Invocation invocation(ParseResult parsed) {
    return new Invocation.Sessions(watch, json);
  }
}
