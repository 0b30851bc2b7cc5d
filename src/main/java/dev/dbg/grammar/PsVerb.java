package dev.dbg.grammar;

import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/** {@code dbg ps}. */
@Command(name = "ps")
final class PsVerb extends Verb.WithJson {
  @Option(names = {"-a", "--all"})
  boolean all;

  @Option(names = {"-q", "--quiet"})
  boolean quiet;

  @Option(
      names = {"-f", "--filter"},
      paramLabel = "KEY=VALUE")
  List<String> filters = new ArrayList<>();

  @Parameters(arity = "0..1", paramLabel = "PATTERN")
  @Nullable String pattern;

  @Override
  public Invocation invocation(ParseResult parsed) throws UsageMistake {
    if (json && quiet) {
      throw new UsageMistake("--json and -q print in different forms: leave one of them out");
    }
    List<Invocation.ContainerFilter> wanted = new ArrayList<>();
    for (String filter : filters) {
      wanted.add(parse(filter));
    }
    return new Invocation.Ps(all, quiet, wanted, Optional.ofNullable(pattern), json);
  }

  private static Invocation.ContainerFilter parse(String typed) throws UsageMistake {
    int at = typed.indexOf('=');
    String word = typed.substring(0, Math.max(0, at));
    for (Invocation.FilterKey key : Invocation.FilterKey.values()) {
      if (key.word().equals(word)) {
        if (at == typed.length() - 1) {
          throw new UsageMistake("--filter %s lacks a value: type %s=VALUE".formatted(word, word));
        }
        return new Invocation.ContainerFilter(key, typed.substring(at + 1));
      }
    }
    throw UsageMistake.about(
        "--filter '%s': must be KEY=VALUE, and KEY one of "
            + Arrays.stream(Invocation.FilterKey.values())
                .map(Invocation.FilterKey::word)
                .collect(Collectors.joining(", ")),
        QuotedText.of(RawText.printable(typed)));
  }
}
