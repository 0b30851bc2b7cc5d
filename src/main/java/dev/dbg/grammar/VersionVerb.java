package dev.dbg.grammar;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code dbg version}. */
@Command(name = "version")
final class VersionVerb implements Verb {
  @Option(names = "--json")
  boolean json;

  /** The version of the client that asks; hidden from operators. */
  @Option(names = "--client", paramLabel = "VERSION", hidden = true)
  @Nullable String client;

  @Override
  public Invocation invocation(ParseResult parsed) {
    return new Invocation.Version(json, Optional.ofNullable(client));
  }
}
