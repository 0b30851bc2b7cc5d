package dev.dbg.grammar.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What people type because docker, kubectl or nsenter have it, and what to type instead. The advice
 * depends on the words alone, so it reveals nothing about containers.
 */
public final class FamiliarSyntax {
  /** Programs that would be a shell in the container. */
  private static final Set<String> SHELLS =
      Set.of("sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "busybox", "shell");

  /** What engines do with containers. */
  private static final Set<String> OF_ENGINES =
      Set.of(
          "attach", "build", "commit", "create", "diff", "export", "images", "pause", "pull",
          "rename", "restart", "rm", "run", "start", "stop", "unpause", "update");

  private static final Set<String> DESCRIBE = Set.of("describe", "inspect", "port");

  private static final Set<String> LISTS = Set.of("ls", "list", "containers", "get", "pods");

  /** {@code CONTAINER:PATH} of docker cp. */
  private static final Pattern COPIED = Pattern.compile("([^:/]+):(/(?:.*/)?([^/]+))");

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,9}");

  /** Options of both nsenter(1) and dbg: alone they do not make a line one of nsenter's. */
  private static final Set<String> OWN = Set.of("-i", "-u", "--user");

  private static final Set<String> TARGETS = Set.of("-t", "--target");

  private FamiliarSyntax() {}

  /** What to type instead of another program's verb, with the words that follow it. */
  public static Optional<String> verb(String word, List<String> rest) {
    Optional<String> name =
        rest.stream()
            .filter(other -> !other.startsWith("-") && !other.equals("pod")) // kubectl describe pod
            .findFirst();
    String container = name.orElse("NAME");
    if (SHELLS.contains(word) || word.equals("debug") || word.equals("enter")) {
      return Optional.of("a shell for a container is %s".formatted(line("shell", container)));
    }
    if (word.equals("cp")) {
      return Optional.of("to copy a file out type %s".formatted(copy(container)));
    }
    if (word.equals("top") || word.equals("stats")) {
      return Optional.of(
          "its processes are %s".formatted(line(container, "--", "top", "-b", "-n", "1")));
    }
    if (DESCRIBE.contains(word)) {
      return Optional.of("how it is says %s".formatted(line("status", container)));
    }
    if (word.equals("wait")) {
      return Optional.of(
          "a line that waits for its start is %s"
              .formatted(line("--wait", container, "--", "TOOL")));
    }
    if (LISTS.contains(word)) {
      return Optional.of("dbg ps lists the containers that you may enter");
    }
    if (OF_ENGINES.contains(word)) {
      return Optional.of(
          "dbg has no %s, and changes no container: type it for the container's runtime, as in docker %s %s"
              .formatted(word, word, ShellWords.quoted(container)));
    }
    return Optional.empty();
  }

  private static String copy(String source) {
    Matcher matcher = COPIED.matcher(source);
    return matcher.matches()
        ? line(matcher.group(1), "--", "cat", matcher.group(2))
            + " > "
            + ShellWords.quoted(matcher.group(3))
        : line(source, "--", "cat", "FILE") + " > FILE";
  }

  /** What to do instead of another program's option. */
  public static Optional<String> option(String name) {
    return switch (name) {
      case "-c", "--container", "-n", "--namespace" ->
          Optional.of("type the container's own name as TARGET: dbg ps lists the names");
      case "-d", "--detach", "--detach-keys", "-e", "--env", "--env-file", "--privileged" ->
          Optional.of("docker exec has it, and dbg does not: leave it out");
      case "--json" -> Optional.of("what a tool prints is the tool's: leave it out");
      case "-H", "--host" -> Optional.of("type it first: dbg -H HOST and the line");
      default -> Optional.empty();
    };
  }

  /** What to type instead of a shell as the tool. */
  public static Optional<String> shell(String target, String tool) {
    return SHELLS.contains(tool.substring(tool.lastIndexOf('/') + 1))
        ? Optional.of(
            "no shell runs in a container: %s gives one whose commands run there"
                .formatted(line("shell", target)))
        : Optional.empty();
  }

  /** Tools that show the same as one that dbg does not have. */
  public static List<String> substitutes(String tool) {
    return switch (tool) {
      case "atop", "btop", "htop" -> List.of("top", "ps");
      case "dmesg" -> List.of("status", "logs");
      case "journalctl" -> List.of("logs");
      case "dog", "drill" -> List.of("dig");
      case "env", "printenv" -> List.of("environ");
      case "eu-stack", "gdb", "gstack", "pstack" -> List.of("strace", "threads");
      case "gunzip" -> List.of("gzip", "zcat");
      case "jcmd", "jstack" -> List.of("threads");
      case "killall", "pkill" -> List.of("pgrep");
      case "less", "more" -> List.of("cat", "head", "tail");
      case "locate" -> List.of("find");
      case "lsblk" -> List.of("findmnt", "df");
      case "ll" -> List.of("ls");
      case "ltrace" -> List.of("strace");
      case "nano", "vi", "view", "vim" -> List.of("cat");
      case "ncat", "netcat", "telnet" -> List.of("nc", "curl");
      case "nproc" -> List.of("status");
      case "perf" -> List.of("top", "pidstat", "strace");
      case "rg" -> List.of("grep");
      case "tshark" -> List.of("tcpdump");
      case "wget" -> List.of("curl");
      default -> List.of();
    };
  }

  /** The line of dbg that does what a line of nsenter(1) does: {@code -t PID -n -m ss -tln}. */
  public static Optional<String> nsenter(List<String> words) {
    int at = !words.isEmpty() && words.getFirst().equals("nsenter") ? 1 : 0;
    String pid = "";
    boolean foreign = at > 0;
    List<String> kinds = new ArrayList<>();
    while (at < words.size() && words.get(at).startsWith("-") && !words.get(at).equals("--")) {
      String word = words.get(at);
      String name = word.startsWith("--") && word.contains("=") ? word.split("=", 2)[0] : word;
      if (TARGETS.contains(name)) {
        boolean apart = name.equals(word);
        pid =
            !apart
                ? word.substring(name.length() + 1)
                : at + 1 < words.size() ? words.get(++at) : "";
      } else {
        Optional<String> kind = kind(name);
        if (kind.isEmpty()) {
          return Optional.empty();
        }
        kinds.add(kind.get());
        foreign |= !OWN.contains(name);
      }
      at++;
    }
    if (!foreign || kinds.isEmpty() || !NUMBER.matcher(pid).matches()) {
      return Optional.empty();
    }
    int tool = at < words.size() && words.get(at).equals("--") ? at + 1 : at;
    List<String> line =
        new ArrayList<>(
            List.of(
                "pid://" + pid,
                kinds.contains("all")
                    ? "all"
                    : String.join(",", kinds.stream().distinct().toList()),
                "--"));
    line.addAll(tool < words.size() ? words.subList(tool, words.size()) : List.of("ss", "-tln"));
    return Optional.of(ShellWords.dbg(line));
  }

  /** What dbg calls the namespace of an option of nsenter(1); empty for another option. */
  private static Optional<String> kind(String option) {
    return switch (option) {
      case "-n", "--net" -> Optional.of("net");
      case "-m", "--mount" -> Optional.of("mnt");
      case "-p", "--pid" -> Optional.of("pid");
      case "-i", "--ipc" -> Optional.of("ipc");
      case "-u", "--uts" -> Optional.of("uts");
      case "-U", "--user" -> Optional.of("user");
      case "-C", "--cgroup" -> Optional.of("cgroup");
      case "-T", "--time" -> Optional.of("time");
      case "-a", "--all" -> Optional.of("all");
      default -> Optional.empty();
    };
  }

  private static String line(String... words) {
    return ShellWords.dbg(List.of(words));
  }
}
