package dev.dbg.grammar;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg doctor}. */
@Command(
    name = "doctor",
    description = "Try all that dbg needs of this host, and say what will not work.",
    customSynopsis = "dbg doctor [--json]")
final class DoctorVerb implements Verb {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Invocation invocation(ParseResult parsed) {
    return new Invocation.Diagnose(json);
  }
}
