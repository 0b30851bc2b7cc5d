package dev.dbg.grammar;

import dev.dbg.grammar.words.ShellWords;
import dev.dbg.model.QuotedText;
import dev.dbg.model.amount.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verbs about a line, or about a shell for lines. */
final class LineVerbs {
  private LineVerbs() {}

  /** {@code dbg TARGET [NS] [--] TOOL [ARG...]}, with or without the word exec. */
  @Command(name = "exec")
  static final class ExecVerb implements Verb.OfLine {
    @Mixin LineOptions options = new LineOptions();

    @Override
    public Invocation invocation(List<String> operands) throws UsageMistake {
      Optional<Duration> waiting = options.waiting(operands);
      Invocation.Line line = CommandWords.line(operands, options.user, options.directory);
      if (waiting.isPresent() && line.tool().equals(ToolVerbs.Logs.TOOL)) {
        throw ToolVerbs.Logs.waits();
      }
      return new Invocation.Exec(
          line,
          options.terminal,
          options.record,
          Optional.ofNullable(options.reason),
          options.timeout(),
          waiting);
    }
  }

  /** {@code dbg explain TARGET [NS] [--] TOOL [ARG...]}. */
  @Command(name = "explain")
  static final class ExplainVerb implements Verb.OfLine {
    @Mixin LineOptions options = new LineOptions();

    @Option(names = "--json")
    boolean json;

    @Option(names = "--as", paramLabel = "USER")
    @Nullable String as;

    @Override
    public Invocation invocation(List<String> operands) throws UsageMistake {
      Optional<Duration> _ = options.timeout();
      Optional<Duration> _ = options.waiting(operands);
      return new Invocation.Explain(
          CommandWords.line(operands, options.user, options.directory),
          options.terminal,
          options.record,
          Optional.ofNullable(as),
          json);
    }
  }

  /** {@code dbg shell TARGET [NS]}. */
  @Command(name = "shell")
  static final class ShellVerb implements Verb.OfLine {
    @Mixin LineOptions options = new LineOptions();

    @Option(names = "-c", paramLabel = "LINE")
    @Nullable String command;

    @Override
    public Invocation invocation(List<String> words) throws UsageMistake {
      if (words.isEmpty()) {
        throw new UsageMistake(
            "TARGET is missing: dbg shell TARGET [NS[,NS...]], as in dbg shell web-1");
      }
      if (options.wait != null) {
        throw new UsageMistake("--wait is not for dbg shell: type dbg --wait TARGET -- TOOL");
      }
      if (options.each != null) {
        throw new UsageMistake("--each is not for dbg shell: type dbg --each PATTERN -- TOOL");
      }
      if (words.size() > 2) {
        throw new UsageMistake(
            "dbg shell takes TARGET and NS: for one command, dbg shell -c LINE TARGET, or dbg TARGET -- TOOL");
      }
      return new Invocation.Shell(
          CommandWords.target(words.get(0)),
          words.size() == 1
              ? WantedNamespaces.Chosen.FOR_TOOL
              : CommandWords.namespaces(
                  words.get(1),
                  right -> ShellWords.dbg(List.of("shell", words.get(0), right)),
                  Optional::empty),
          CommandWords.runAs(options.user, words.get(0)),
          Optional.ofNullable(options.directory),
          Optional.ofNullable(options.reason),
          options.timeout(),
          options.record,
          Optional.ofNullable(command));
    }
  }

  /** The options of exec. explain takes them as well, so that a line can be repeated as it is. */
  static final class LineOptions extends Verb.SessionOptions {
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

    @Option(names = "--wait", paramLabel = "DUR", arity = "0..1", fallbackValue = "30s")
    @Nullable String wait;

    /** dbg itself carries it out, where it comes first. */
    @Option(names = "--each", paramLabel = "PATTERN")
    @Nullable String each;

    /** How long to wait; empty if {@code --wait} is not typed. */
    Optional<Duration> waiting(List<String> operands) throws UsageMistake {
      if (each != null) {
        throw new UsageMistake("--each comes first: type dbg --each PATTERN [OPTION...] -- TOOL");
      }
      if (wait == null) {
        return Optional.empty();
      }
      if (!operands.isEmpty() && Durations.parse(operands.getFirst()).isPresent()) {
        throw UsageMistake.about(
            "'%s' would be TARGET here: type --wait=DUR, in one word",
            QuotedText.of(operands.getFirst()));
      }
      Duration time = Verb.duration(wait);
      if (time.compareTo(Invocation.Exec.MOST_WAITING) > 0) {
        throw new UsageMistake(
            "--wait may be up to %dm".formatted(Invocation.Exec.MOST_WAITING.toMinutes()));
      }
      return Optional.of(time);
    }
  }
}
