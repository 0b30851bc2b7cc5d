package dev.dbg.grammar;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of exec. explain takes them as well, so that a line can be repeated as it is. */
final class LineOptions extends Verb.SessionOptions {
  @Option(names = {"-t", "--tty"})
  boolean terminal;

  /** Has no effect: docker's {@code -it} means {@code -t}. */
  @Option(names = {"-i", "--interactive"})
  boolean interactive;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "UID[:GID]")
  @Nullable String user;

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIR")
  @Nullable String directory;
}
