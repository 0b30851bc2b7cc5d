package dev.dbg.grammar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg doctor}. */
@Command(name = "doctor")
final class DoctorVerb implements Verb {
  @Option(names = "--json")
  boolean json;

  @Override
  public Invocation invocation(ParseResult parsed) {
    return new Invocation.Diagnose(json);
  }
}
