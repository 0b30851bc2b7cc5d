package dev.dbg.nativetests.scene.user;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A person at a terminal, pty(7): types keys, and waits for what appears. Each wait begins after
 * the text that the last one found, as in expect(1).
 *
 * <p>The command that runs there leads the terminal's session: it has job control, and a hang-up
 * reaches it. It is a shell if the test says nothing else, {@link Operator#atShell}.
 */
public final class Pty {
  public static final String CTRL_C = "\u0003";
  public static final String CTRL_D = "\u0004";
  public static final String CTRL_BACKSLASH = "\u001c";
  public static final String CTRL_Z = "\u001a";
  public static final String UP = "\u001b[A";
  public static final String DOWN = "\u001b[B";

  /** The same key while a program has the keypad, terminfo(5)'s smkx. */
  public static final String DOWN_IN_PROGRAM = "\u001bOB";

  public static final String TAB = "\t";

  /** The prompt of the shell: the status of the last command, and something no tool prints. */
  static final String PROMPT = "[$?]dbgt> ";

  private static final Pattern PROMPTED = Pattern.compile("\\[(\\d+)\\]dbgt> ");

  /** Sequences that move the cursor, paint or set modes, ECMA-48. */
  private static final String SEQUENCES =
      "\u001b(\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)|[ -/]*[0-~])";

  private final Running script;
  private int seen;

  Pty(Running script) {
    this.script = script;
  }

  /** script(1), which runs a shell's line at a new terminal, and whose own streams are pipes. */
  static List<String> words(String line) {
    return List.of("script", "-qefc", line, "/dev/null");
  }

  /** Types keys; {@code \n} is the return key. */
  public Pty types(String keys) {
    Running _ = script.types(keys);
    return this;
  }

  /** Waits until this text appears. */
  public Pty shows(String text) {
    Patience.until("it shows " + text, () -> script.printed().indexOf(text, seen) >= 0, this);
    seen = script.printed().indexOf(text, seen) + text.length();
    return this;
  }

  /** Waits until text appears that matches, and returns it. */
  public String showsLike(String expression) {
    Pattern pattern = Pattern.compile(expression);
    Patience.until(
        "it shows " + expression, () -> pattern.matcher(script.printed()).find(seen), this);
    Matcher found = pattern.matcher(script.printed());
    boolean _ = found.find(seen);
    seen = found.end();
    return found.group();
  }

  /** Waits for the shell's prompt; returns the status of the command that has ended. */
  public int showsPrompt() {
    Matcher prompt = PROMPTED.matcher(showsLike(PROMPTED.pattern()));
    boolean _ = prompt.matches();
    return Integer.parseInt(prompt.group(1));
  }

  /** Types a line at the shell's prompt and waits for the next one; returns what was printed. */
  public String runs(String line) {
    types(line + "\n").shows(line + "\r\n");
    int from = seen;
    int _ = showsPrompt();
    String answer = script.printed().substring(from, seen);
    return answer.substring(
        0, PROMPTED.matcher(answer).results().findFirst().orElseThrow().start());
  }

  /** What has appeared since the last wait, without sequences that paint or move. */
  public String plain() {
    return script.printed().substring(seen).replaceAll(SEQUENCES, "");
  }

  /** Everything that has appeared, byte for byte. */
  public String all() {
    return script.printed();
  }

  /** The process that leads the terminal's session: the shell. */
  public long leader() {
    long pid = script.pid();
    Patience.until("the shell runs", () -> children(pid).length > 0, this);
    return Long.parseLong(children(pid)[0]);
  }

  private static String[] children(long pid) {
    try {
      String all = Files.readString(Path.of("/proc/%1$d/task/%1$d/children".formatted(pid)));
      return all.isBlank() ? new String[0] : all.split(" ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path of the terminal. */
  public String terminal() {
    return Processes.link(leader(), "fd/0");
  }

  /** Its modes, as stty(1) saves them. */
  public String modes() {
    return Command.must("stty", "-g", "-F", terminal());
  }

  /** Whether it passes each key on at once, and echoes none. */
  public boolean isRaw() {
    String all = Command.must("stty", "-a", "-F", terminal());
    return all.contains("-icanon") && all.contains("-isig") && all.contains("-echo ");
  }

  /** The process group that gets its keys: tpgid of proc_pid_stat(5). */
  public long foreground() {
    return Long.parseLong(Processes.stat(leader(), 8));
  }

  /** Gives it another size, as a window manager does. */
  public Pty resizes(int rows, int columns) {
    String _ =
        Command.must(
            "stty",
            "-F",
            terminal(),
            "rows",
            Integer.toString(rows),
            "cols",
            Integer.toString(columns));
    return this;
  }

  /** Sets a mode from outside, named as stty(1) names it. */
  public Pty sets(String mode) {
    String _ = Command.must("stty", "-F", terminal(), mode);
    return this;
  }

  /** The terminal goes away, as when a window is closed or ssh is cut. */
  public void hangsUp() {
    Ran _ = script.gets("KILL").ends();
  }

  /** Ends the shell, and returns how the command at the terminal ended. */
  public Ran ends() {
    return types("exit\n").ended();
  }

  /** Waits until the command at the terminal has ended. */
  public Ran ended() {
    return script.ends();
  }

  /** Its environment, with the prompt that {@link #showsPrompt} waits for. */
  static Map<String, String> environment(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.putIfAbsent("PS1", PROMPT);
    all.putIfAbsent("PS2", "");
    return all;
  }

  @Override
  public String toString() {
    return script.toString();
  }
}
