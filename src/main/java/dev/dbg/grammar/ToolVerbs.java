package dev.dbg.grammar;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/** The verbs that are a line of one tool. */
final class ToolVerbs {
  private ToolVerbs() {}

  /** {@code dbg logs TARGET}: {@code dbg TARGET -- logs}, as people type it for docker. */
  @Command(name = "logs")
  static final class Logs implements Verb {
    static final String TOOL = "logs";

    @Mixin Verb.SessionOptions options = new Verb.SessionOptions();

    @Option(names = {"-f", "--follow"})
    boolean follow;

    @Option(names = {"-t", "--timestamps"})
    boolean timestamps;

    @Option(names = {"-p", "--previous"})
    boolean previous;

    @Option(
        names = {"-n", "--tail"},
        paramLabel = "LINES")
    @Nullable String tail;

    @Option(names = "--since", paramLabel = "TIME")
    @Nullable String since;

    /** Only to be refused. */
    @Option(names = "--wait", arity = "0..1", hidden = true)
    @Nullable String wait;

    @Parameters(arity = "0..1", paramLabel = "TARGET")
    @Nullable String target;

    @Override
    public Invocation invocation(ParseResult parsed) throws UsageMistake {
      if (wait != null) {
        throw waits();
      }
      if (target == null) {
        throw new UsageMistake("TARGET is missing: dbg logs TARGET, as in dbg logs web-1");
      }
      List<String> arguments = new ArrayList<>();
      if (follow) {
        arguments.add("-f");
      }
      if (timestamps) {
        arguments.add("-t");
      }
      if (previous) {
        arguments.add("-p");
      }
      if (tail != null && !tail.equals("all")) {
        arguments.addAll(List.of("-n", tail));
      }
      if (since != null) {
        arguments.addAll(List.of("--since", since));
      }
      return options.run(target, TOOL, arguments);
    }

    static UsageMistake waits() {
      return new UsageMistake(
          "logs needs no --wait: it reads the log of a container that is down, too");
    }
  }

  /** {@code dbg status TARGET}: {@code dbg TARGET -- status}, as people type it for systemctl. */
  @Command(name = "status")
  static final class Status extends Verb.WithJson {
    private static final String TOOL = "status";

    @Mixin Verb.SessionOptions options = new Verb.SessionOptions();

    @Parameters(arity = "0..1", paramLabel = "TARGET")
    @Nullable String target;

    @Override
    public Invocation invocation(ParseResult parsed) throws UsageMistake {
      if (target == null) {
        throw new UsageMistake("TARGET is missing: dbg status TARGET, as in dbg status web-1");
      }
      return options.run(target, TOOL, json ? List.of("--json") : List.of());
    }
  }

  /**
   * {@code dbg connect TARGET PORT}: {@code dbg TARGET -- connect -p PORT}; {@code dbg forward} is
   * that for each connection. dbg itself makes lines of exec of both, so these words come from
   * another client.
   */
  @Command(name = "connect")
  static final class Connect implements Verb {
    @Mixin Verb.SessionOptions options = new Verb.SessionOptions();

    @Parameters List<String> operands = List.of();

    @Override
    public Invocation invocation(ParseResult parsed) throws UsageMistake {
      throw new UsageMistake("dbg itself connects, not dbgd: type dbg TARGET -- connect -p PORT");
    }
  }
}
