package dev.dbg.nativetests.scene.words;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Command lines of one tool that a hostile operator would try: every flag and option of its entry,
 * and every operand, with values that mean more than their type says.
 *
 * @param secrets paths of files that must never be read
 * @param written a path at which no file may appear
 * @param foreign addresses and ports that must not be reached
 * @param processes process ids that must be left alone
 */
public record Hostile(
    List<String> secrets, String written, List<String> foreign, List<Long> processes) {
  /** How many of the values for any place one place gets; the next place gets the next ones. */
  private static final int GENERAL_FOR_ONE = 4;

  private static final String RUN = "printf${IFS}%s%s${IFS}IT-${IFS}RAN";

  public Hostile {
    secrets = List.copyOf(secrets);
    foreign = List.copyOf(foreign);
    processes = List.copyOf(processes);
  }

  /** A tool's lines, without duplicates. */
  public List<List<String>> lines(Catalogue.Tool tool) {
    Set<List<String>> lines = new LinkedHashSet<>();
    Catalogue.Grammar grammar = Harmless.innermost(tool.grammar());
    for (String flag : grammar.flags()) {
      lines.add(Harmless.line(tool, List.of(flag)));
    }
    int place = tool.name().length();
    for (Catalogue.Option option : grammar.options()) {
      for (String value : values(option.type(), place++)) {
        lines.add(Harmless.line(tool, List.of(option.spelling(), value)));
      }
      // With the value attached, which getopt(3) accepts too.
      String attached = option.spelling().startsWith("--") ? "=" : "";
      lines.add(
          Harmless.line(
              tool, List.of(option.spelling() + attached + secrets.get(place % secrets.size()))));
    }
    for (List<String> form : grammar.operands()) {
      for (int i = 0; i < form.size(); i++) {
        for (String value : values(form.get(i), place++)) {
          List<String> operands = new ArrayList<>(form.stream().map(Harmless::value).toList());
          operands.set(i, value);
          lines.add(Harmless.line(tool, List.of(), operands));
        }
      }
    }
    // Arguments that its entry does not accept: further operands, and options after operands.
    for (String more : general(place)) {
      List<String> line = new ArrayList<>(Harmless.line(tool));
      line.add(more);
      lines.add(line);
    }
    return List.copyOf(lines);
  }

  /** Values for a place of this type, and some for any place. */
  private List<String> values(String place, int number) {
    int open = place.indexOf('<');
    String prefix = open < 0 ? "" : place.substring(0, open);
    String type =
        open < 0 ? "" : place.substring(open + 1, place.length() - 1).replaceFirst(":.*", "");
    Stream<String> special =
        switch (type) {
          case "path" -> Stream.concat(secrets.stream(), paths());
          case "url" -> urls();
          case "hostname", "address", "cidr", "endpoint" -> hosts();
          case "int", "port", "duration", "comparison" -> numbers();
          case "pid" -> Stream.concat(processes.stream().map(n -> Long.toString(n)), numbers());
          case "since" -> Stream.of("1h&stdout=0", "1h%0d%0aX:y", "2026-11-24T08:30Z HTTP/1.1");
          case "interface", "link" ->
              Stream.of("any", "dbus-system", "nflog", "usbmon1", "lo@lo", "../lo");
          default -> texts();
        };
    return Stream.concat(special, general(number).stream()).map(value -> prefix + value).toList();
  }

  private Stream<String> paths() {
    return Stream.of(
        "/look/../.." + secrets.getFirst(),
        "//proc//self//root" + secrets.getFirst(),
        "/proc/self/fd/0",
        "/dev/stdin",
        "/proc/self/environ",
        "/proc/1/environ",
        "/proc/sysrq-trigger",
        "/leads/nowhere",
        "/leads/round",
        "/leads/pipe",
        "/leads/zero",
        "+" + secrets.getFirst(),
        written);
  }

  private Stream<String> urls() {
    return Stream.concat(
        foreign.stream()
            .flatMap(
                at ->
                    Stream.of(
                        "http://" + at + "/",
                        "http://127.0.0.1:1@" + at + "/",
                        "http://127.0.0.1:x@" + at + "/",
                        "http://127.0.0.1#@" + at + "/",
                        "http://" + at + "\\@127.0.0.1/",
                        "gopher://" + at + "/_x",
                        "dict://" + at + "/d:x",
                        "telnet://" + at + "/")),
        Stream.of(
            "file://" + secrets.getFirst(),
            "FILE://" + secrets.getFirst(),
            "file://127.0.0.1" + secrets.getLast(),
            "scp://127.0.0.1" + secrets.getFirst(),
            "http://[::ffff:127.0.0.1]:1/",
            "http://0x7f.1:1/",
            "http://127.0.0.1:1/{a,b}",
            "http://127.0.0.1:1/[1-9]"));
  }

  private Stream<String> hosts() {
    return Stream.concat(
        foreign.stream().flatMap(at -> Stream.of(at, at.replaceFirst(":.*", ""), "@" + at)),
        Stream.of("0x7f.1", "2130706433", "::ffff:127.0.0.1", "0/0", "localhost", "a;b", "-x"));
  }

  private static Stream<String> numbers() {
    return Stream.of(
        "0",
        "-1",
        "+1",
        "+0",
        "99999999999999999999",
        "4294967297",
        "1e9",
        "0x10",
        "010",
        " 1",
        "1 ",
        "1.5",
        "1;2");
  }

  private Stream<String> texts() {
    return Stream.of(
        secrets.getFirst(),
        "@" + secrets.getLast(),
        "<" + secrets.getLast(),
        "x,@" + secrets.getFirst(),
        "%output{" + written + "}",
        "%{url}%{stderr}",
        ".*",
        "%s%n%s%n",
        "(a+)+$",
        "[[:alpha:]",
        "x=" + secrets.getFirst());
  }

  /** Some values that suit no place; the next place gets others. */
  private List<String> general(int number) {
    List<String> all = unknown();
    List<String> some = new ArrayList<>();
    for (int i = 0; i < GENERAL_FOR_ONE; i++) {
      some.add(all.get((number * GENERAL_FOR_ONE + i) % all.size()));
    }
    return some;
  }

  private List<String> unknown() {
    return List.of(
        "+x",
        "+D/proc",
        "+r1",
        "+m",
        "-x",
        "--",
        "-",
        "",
        "|" + RUN,
        "!" + RUN,
        ";" + RUN,
        "`" + RUN + "`",
        "$(" + RUN + ")",
        "'" + RUN,
        "\"" + RUN,
        "\\" + RUN,
        "@" + secrets.getFirst(),
        "file://" + secrets.getFirst(),
        "../../../../../.." + secrets.getFirst(),
        ">" + written,
        "-o" + written,
        "--output=" + written,
        "-f" + secrets.getFirst(),
        "--files0-from=" + secrets.getFirst(),
        "--exec=" + RUN,
        "\u001b]0;painted\u0007",
        "\u001b[2J",
        "\u009b2J",
        "a\tb",
        "\u202egnp",
        "x".repeat(5000),
        "/proc/self/root" + secrets.getFirst());
  }

  /** Words that the tool's entry does not know, each appended to a line that it accepts. */
  public List<List<String>> unknown(Catalogue.Tool tool) {
    List<List<String>> lines = new ArrayList<>();
    for (String more : unknown()) {
      List<String> line = new ArrayList<>(Harmless.line(tool));
      line.add(more);
      lines.add(line);
    }
    return lines;
  }

  /**
   * Lines by which a tool that may read files below a directory could read a file outside: with
   * each of its flags and options, as one of them may turn an argument into a path.
   *
   * @param inside a file that may be read
   * @param outside a file that must not be read
   */
  public static List<List<String>> leadingOut(Catalogue.Tool tool, String inside, String outside) {
    Path directory = Path.of(inside).getParent();
    List<String> ways =
        List.of(
            outside,
            directory + "/.." + outside,
            directory + "/./.." + outside,
            "/" + outside,
            "/proc/self/root" + outside,
            directory + "/*" + outside,
            outside + " " + inside,
            "." + directory + "/.." + outside,
            outside.substring(1));
    List<List<String>> more = new ArrayList<>(List.of(List.of()));
    for (String flag : tool.grammar().flags()) {
      more.add(List.of(flag));
    }
    for (Catalogue.Option option : tool.grammar().options()) {
      more.add(List.of(option.spelling(), Harmless.value(option.type())));
      // Rules on operands do not restrict an option that takes a path: dbg-policy(5).
      if (!option.type().equals("<path>")) {
        more.add(List.of(option.spelling(), outside));
      }
    }
    Set<List<String>> lines = new LinkedHashSet<>();
    int next = 0;
    for (List<String> options : more) {
      String way = ways.get(next++ % ways.size());
      // As a pattern, which is no path to the grammar, this one is permitted; with -e it is a path.
      lines.add(Harmless.line(tool, options, List.of(directory + "/.." + outside)));
      lines.add(Harmless.line(tool, options, List.of(way)));
      lines.add(Harmless.line(tool, options, List.of(inside, way)));
      lines.add(Harmless.line(tool, options, List.of(way, inside)));
    }
    return List.copyOf(lines);
  }
}
