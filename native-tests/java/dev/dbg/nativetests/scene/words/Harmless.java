package dev.dbg.nativetests.scene.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Command lines that a tool's entry accepts and that end soon. Hostile words are added to them. */
public final class Harmless {
  /**
   * Without these words the tool runs for long, asks for what the tests do not have, or does
   * nothing.
   */
  private static final Map<String, List<String>> BOUNDED =
      Map.ofEntries(
          Map.entry("tcpdump", List.of("-D")),
          Map.entry("top", List.of("-n", "1")),
          Map.entry("readelf", List.of("-h")),
          Map.entry("mtr", List.of("-c", "1")),
          Map.entry("ping", List.of("-c", "1", "-W", "1")),
          Map.entry("traceroute", List.of("-m", "1", "-w", "1")),
          Map.entry("tracepath", List.of("-m", "1")),
          Map.entry("fping", List.of("-c", "1", "-t", "50")),
          Map.entry("lnstat", List.of("-c", "1")),
          Map.entry("nc", List.of("-w", "1")),
          Map.entry("dig", List.of("+tries", "1", "+time", "1")),
          Map.entry("curl", List.of("-s", "-m", "1")));

  private static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry("address", "127.0.0.1"),
          Map.entry("cidr", "127.0.0.1"),
          Map.entry("hostname", "127.0.0.1"),
          Map.entry("endpoint", "127.0.0.1:1"),
          Map.entry("path", "/etc/hostname"),
          Map.entry("interface", "lo"),
          Map.entry("link", "lo"),
          Map.entry("filter", "sport"),
          Map.entry("expression", "tcp"),
          Map.entry("header", "X-A: b"),
          Map.entry("syscalls", "openat"),
          Map.entry("since", "1h"),
          Map.entry("mapping", "h:80:127.0.0.1"),
          Map.entry("moment", "2026-11-24"),
          Map.entry("parameter", "core.somaxconn"),
          Map.entry("stdout", "-"),
          Map.entry("word", "x"),
          Map.entry("columns", "x"),
          Map.entry("fields", "pid"),
          Map.entry("pattern", "x"),
          Map.entry("text", "x"),
          Map.entry("url", "http://127.0.0.1:1/"));

  private Harmless() {}

  /** The tool's name, and the arguments without which it would not run. */
  public static List<String> line(Catalogue.Tool tool) {
    return line(tool, List.of());
  }

  /**
   * The same line with further options.
   *
   * @param more as they are typed
   */
  public static List<String> line(Catalogue.Tool tool, List<String> more) {
    List<String> operands = operands(innermost(tool.grammar()));
    return line(tool, more, operands);
  }

  /** The same line with these operands in place of the ones that the tool needs. */
  public static List<String> line(Catalogue.Tool tool, List<String> more, List<String> operands) {
    List<String> line = new ArrayList<>(List.of(tool.name()));
    Catalogue.Grammar grammar = tool.grammar();
    while (!grammar.commands().isEmpty()) {
      Catalogue.Command command = grammar.commands().getFirst();
      line.addAll(needed(grammar, more));
      line.add(command.name());
      grammar = command.grammar();
    }
    List<String> options = new ArrayList<>(needed(grammar, more));
    options.addAll(bounds(tool, more));
    options.addAll(more);
    if (grammar.operandsFirst()) {
      line.addAll(operands);
      line.addAll(options);
    } else {
      line.addAll(options);
      line.addAll(operands);
    }
    return line;
  }

  /** The grammar behind all sub-commands; of several sub-commands, the first is used. */
  public static Catalogue.Grammar innermost(Catalogue.Grammar grammar) {
    return grammar.commands().isEmpty()
        ? grammar
        : innermost(grammar.commands().getFirst().grammar());
  }

  private static List<String> needed(Catalogue.Grammar grammar, List<String> given) {
    List<String> line = new ArrayList<>();
    for (List<String> oneOf : grammar.needs()) {
      if (oneOf.stream().noneMatch(given::contains)) {
        line.add(oneOf.getFirst());
        grammar.options().stream()
            .filter(option -> option.spelling().equals(oneOf.getFirst()) && !option.optional())
            .forEach(option -> line.add(value(option.type())));
      }
    }
    return line;
  }

  /** No bounds if a word that is being tried is one of them: it must not be on the line twice. */
  private static List<String> bounds(Catalogue.Tool tool, List<String> given) {
    List<String> bounds = BOUNDED.getOrDefault(tool.name(), List.of());
    return bounds.stream().anyMatch(word -> word.startsWith("-") && given.contains(word))
        ? List.of()
        : bounds;
  }

  /** The shortest form of operands that the grammar accepts. */
  private static List<String> operands(Catalogue.Grammar grammar) {
    List<String> shortest = grammar.operands().getFirst();
    for (List<String> form : grammar.operands()) {
      if (form.size() < shortest.size()) {
        shortest = form;
      }
    }
    return shortest.stream().map(Harmless::value).toList();
  }

  /** A value of this type that asks for nothing. */
  public static String value(String place) {
    int open = place.indexOf('<');
    if (open < 0) {
      return place;
    }
    String type = place.substring(open + 1, place.length() - 1);
    if (type.contains("|")) {
      return place.substring(0, open) + type.substring(0, type.indexOf('|'));
    }
    String name = type.replaceFirst(":.*", "");
    String least = type.matches("[a-z]+:[0-9]+-[0-9]+") ? type.replaceAll("^.*:|-.*$", "") : "1";
    return place.substring(0, open) + VALUES.getOrDefault(name, least);
  }
}
