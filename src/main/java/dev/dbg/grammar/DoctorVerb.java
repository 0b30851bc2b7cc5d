package dev.dbg.grammar;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dbg doctor}. */
@Command(
    name = "doctor",
    description = "Try all that dbg needs of this host, and say what will not work.",
    customSynopsis = "dbg doctor [--json]")
final class DoctorVerb implements Verb {
  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Invocation invocation(List<String> rest) {
    return new Invocation.Diagnose(json);
  }
}
