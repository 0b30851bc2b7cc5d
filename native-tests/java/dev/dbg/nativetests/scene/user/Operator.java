package dev.dbg.nativetests.scene.user;

import dev.dbg.nativetests.scene.log.AuditLog;
import dev.dbg.nativetests.scene.machine.Batch;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A user of a host who runs dbg. */
public final class Operator {
  /** Variables that must never reach a tool. */
  private static final Map<String, String> OWN_ENVIRONMENT =
      Map.of(
          "PATH", "/usr/bin:/bin",
          "SHELL", "/bin/sh",
          "TERM", "xterm",
          "LD_PRELOAD_SECRET", "mine",
          "HOME", "/nonexistent");

  /** For commands that run thousands of times. */
  private static final Duration LONG = Duration.ofMinutes(15);

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final String name;
  private final Path socket;
  private final AuditLog audit;
  private final Redirect input;

  /** Of many lines at once. */
  private static final int MOST_TRIES = 10;

  private final boolean atTerminal;
  private final boolean persists;

  /**
   * @param socket at which dbg finds dbgd
   * @param audit the log of that dbgd
   * @param persists whether to try again while engines of users do not answer in time
   */
  public Operator(String name, Path socket, AuditLog audit, boolean persists) {
    this(name, socket, audit, Redirect.from(Path.of("/dev/null").toFile()), false, persists);
  }

  private Operator(
      String name,
      Path socket,
      AuditLog audit,
      Redirect input,
      boolean atTerminal,
      boolean persists) {
    this.name = name;
    this.socket = socket;
    this.audit = audit;
    this.input = input;
    this.atTerminal = atTerminal;
    this.persists = persists;
  }

  public String name() {
    return name;
  }

  /** The operator's user id, as getpwnam(3) returns it. */
  public String uid() {
    return Command.must("id", "-u", name).strip();
  }

  /** The same operator, whose standard input is this file, opened by root. */
  public Operator reading(Path file) {
    return new Operator(name, socket, audit, Redirect.from(file.toFile()), atTerminal, persists);
  }

  /** The same operator, who tries again while engines of users do not answer in time. */
  public Operator persisting() {
    return new Operator(name, socket, audit, input, atTerminal, true);
  }

  /** The same operator, whose standard input is a pipe. */
  public Operator atPipe() {
    return new Operator(name, socket, audit, Redirect.PIPE, false, persists);
  }

  /** The same operator, at a terminal. */
  public Operator atTerminal() {
    return new Operator(name, socket, audit, Redirect.PIPE, true, persists);
  }

  /** At an interactive shell of a terminal, with {@code $DBG}; the prompt is shown. */
  public Pty atShell() {
    return atShell(Map.of());
  }

  /** The same with other variables, such as {@code TERM}. */
  public Pty atShell(Map<String, String> variables) {
    Pty pty = atTerminalOf("exec bash --norc --noprofile --noediting -i", variables);
    int _ = pty.showsPrompt();
    return pty;
  }

  /** At a terminal at which a line of sh runs, with {@code $DBG}. */
  public Pty atTerminalOf(String line, Map<String, String> variables) {
    long before = audit.lastSeq();
    Map<String, String> all = new HashMap<>(Map.of("DBG", World.get().dbg().toString()));
    all.putAll(variables);
    return new Pty(
        atTerminal()
            .command(Pty.words(line), Pty.environment(all))
            .start()
            .whenEnded(ran -> ran.recordedAs(audit.recordsAfter(before, name))));
  }

  /** Runs {@code dbg} with these words, none of which contains a space. */
  public Ran runs(String line) {
    long end = System.nanoTime() + Patience.WITHIN.toNanos();
    Ran ran = starts(line).ends();
    while (persists && ran.isUnheard() && System.nanoTime() < end) {
      Patience.sleeps(BETWEEN_TRIES);
      ran = starts(line).ends();
    }
    return ran;
  }

  /**
   * Starts {@code dbg} until it prints this before it ends: on a busy machine containerd may tell
   * labels later than dbgd waits, which refuses then.
   */
  public Running startsUntilItPrints(String text, String line) {
    return untilKnown(() -> starts(line), dbg -> dbg.printsBeforeItEnds(text));
  }

  /** The same of one that ends: until it is permitted. */
  public Ran runsUntilPermitted(String line) {
    return untilKnown(() -> runs(line), ran -> !ran.wasRefused());
  }

  private static <T> T untilKnown(Supplier<T> tries, Predicate<T> isKnown) {
    var last = new AtomicReference<T>();
    Patience.until(
        "its labels are known",
        () -> {
          T one = tries.get();
          last.set(one);
          return isKnown.test(one);
        });
    return last.get();
  }

  /** The same until the engine has told of the container: it may answer later than dbgd waits. */
  public Ran runsAsked(String line) {
    long end = System.nanoTime() + Patience.WITHIN.toNanos();
    Ran ran = runs(line);
    while (!ran.wasTold() && System.nanoTime() < end) {
      Patience.sleeps(BETWEEN_TRIES);
      ran = runs(line);
    }
    return ran;
  }

  public Ran runs(List<String> words) {
    return startsWords(words).ends();
  }

  /**
   * Starts {@code dbg} with a pipe as its standard output; ends with the status of dbg.
   *
   * @param reader the command at the other end of the pipe
   */
  public Running startsInto(String reader, String line) {
    long before = audit.lastSeq();
    String piped = World.get().dbg() + " " + line + " | " + reader + "; exit ${PIPESTATUS[0]}";
    return command(List.of("bash", "-c", piped))
        .start()
        .whenEnded(ran -> ran.recordedAs(audit.recordsAfter(before, name)));
  }

  /** Runs {@code dbg} with {@code input} in a pipe at its standard input. */
  public Ran pipes(byte[] input, String line) {
    return atPipe().starts(line).endsReading(input);
  }

  /**
   * Runs {@code dbg} with these words so many times, several at once, and stops at the first
   * failure.
   */
  public Ran runsOften(int times, int atOnce, String line) {
    String dbg = World.get().dbg() + " " + line;
    String often = "seq %d | xargs -P %d -I{} sh -c '%s || exit 255'".formatted(times, atOnce, dbg);
    return command(List.of("sh", "-c", often)).start().endsWithin(LONG);
  }

  /**
   * Runs {@code dbg} with each of these lines, several at once, and returns the results in that
   * order. Records are not assigned to lines.
   */
  public List<Ran> runsAll(int atOnce, List<String> lines) {
    return runsAllWords(atOnce, lines.stream().map(line -> List.of(line.split(" "))).toList());
  }

  /** The same with words that may contain anything but a line break. */
  public List<Ran> runsAllWords(int atOnce, List<List<String>> lines) {
    List<Ran> all = new ArrayList<>(batch(atOnce, lines));
    for (int tries = 1; persists && tries < MOST_TRIES; tries++) {
      List<Integer> unheard =
          IntStream.range(0, all.size()).filter(i -> all.get(i).isUnheard()).boxed().toList();
      if (unheard.isEmpty()) {
        break;
      }
      List<Ran> again = batch(atOnce, unheard.stream().<List<String>>map(lines::get).toList());
      for (int i = 0; i < again.size(); i++) {
        Ran _ = all.set(unheard.get(i), again.get(i));
      }
    }
    return all;
  }

  private List<Ran> batch(int atOnce, List<List<String>> lines) {
    String dbg = World.get().dbg().toString();
    return Batch.run(
        this::command,
        atOnce,
        lines.stream().map(line -> Stream.concat(Stream.of(dbg), line.stream()).toList()).toList());
  }

  /** Runs a script of sh, in which {@code $DBG} is {@code dbg}. */
  public Ran runsScript(String script) {
    return startsScript(script).ends();
  }

  public Running startsScript(String script) {
    long before = audit.lastSeq();
    String whole = "DBG=%s; %s".formatted(World.get().dbg(), script);
    return command(
            atTerminal
                ? List.of("script", "-qefc", whole, "/dev/null")
                : List.of("sh", "-c", whole))
        .start()
        .whenEnded(ran -> ran.recordedAs(audit.recordsAfter(before, name)));
  }

  /** The same as {@link #runsOften}, in the background; failures do not matter. */
  public Running startsOften(int times, int atOnce, String line) {
    String dbg = World.get().dbg() + " " + line;
    String often = "seq %d | xargs -P %d -I{} sh -c '%s || exit 255'".formatted(times, atOnce, dbg);
    return command(List.of("sh", "-c", often)).start();
  }

  /**
   * Runs {@code dbg} so many times, one after the other, in the background. For each time it prints
   * a line: when it began and ended, in seconds since 1970, its exit status, and its standard
   * output.
   */
  public Running startsTimed(int times, String line) {
    String loop =
        "for ((i = 0; i < %d; i++)); do began=$EPOCHREALTIME; out=$(%s %s 2>/dev/null); status=$?; printf '%%s %%s %%d %%s\\n' $began $EPOCHREALTIME $status \"${out//$'\\n'/ }\"; done"
            .formatted(times, World.get().dbg(), line);
    return command(List.of("bash", "-c", loop)).start();
  }

  public Running starts(String line) {
    return startsWords(List.of(line.split(" ")));
  }

  private Running startsWords(List<String> arguments) {
    long before = audit.lastSeq();
    List<String> dbg =
        Stream.concat(Stream.of(World.get().dbg().toString()), arguments.stream()).toList();
    return command(
            atTerminal ? List.of("script", "-qefc", String.join(" ", dbg), "/dev/null") : dbg)
        .start()
        .whenEnded(ran -> ran.recordedAs(audit.recordsAfter(before, name)));
  }

  /** Runs a test program. */
  public Ran runsProgram(byte[] input, String program, String... arguments) {
    long before = audit.lastSeq();
    return program(program, arguments)
        .reading(Redirect.PIPE)
        .start()
        .whenEnded(ran -> ran.recordedAs(audit.recordsAfter(before, name)))
        .endsReading(input);
  }

  /** Starts a test program, which reads {@code input} to its end. */
  public Running startsProgramReading(byte[] input, String program, String... arguments) {
    return startsProgram(program, arguments)
        .types(new String(input, StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1)
        .closesInput();
  }

  public Running startsProgram(String program, String... arguments) {
    return program(program, arguments).reading(Redirect.PIPE).start();
  }

  private Command program(String program, String... arguments) {
    return command(
        Stream.concat(Stream.of(World.get().program(program).toString()), Stream.of(arguments))
            .toList());
  }

  private Command command(List<String> words) {
    return command(words, Map.of());
  }

  private Command command(List<String> words, Map<String, String> variables) {
    List<String> whole =
        new ArrayList<>(
            List.of(
                // Whoever runs the tests in the background may ignore these.
                "env",
                "--default-signal=INT,QUIT",
                "setpriv",
                "--reuid",
                name,
                "--regid",
                name,
                "--init-groups",
                "--inh-caps=-all"));
    whole.addAll(words);
    Map<String, String> environment = new HashMap<>(OWN_ENVIRONMENT);
    environment.put("DBG_SOCKET", socket.toString());
    environment.putAll(variables);
    return Command.of(whole).reading(input).in(environment);
  }
}
