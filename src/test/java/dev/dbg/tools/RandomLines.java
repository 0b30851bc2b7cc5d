package dev.dbg.tools;

import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.Operands;
import dev.dbg.tools.value.Amount;
import dev.dbg.tools.value.CommaList;
import dev.dbg.tools.value.UrlType;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;

/**
 * Random lines for a tool, made of its own grammar. Most are accepted; some contain a hostile word.
 */
public final class RandomLines {
  private static final List<String> HOSTILE =
      List.of(
          "/var/log/../../secret",
          "/var/log/..",
          "..",
          ".",
          "secret",
          "//secret",
          "/./secret",
          "+m",
          "+D/proc",
          "-x",
          "--",
          "@/secret",
          "",
          "10.evil.example",
          "10.1",
          "012.0.0.1",
          "::ffff:10.0.0.1",
          "http://127.0.0.1:x@evil/",
          "http://127.0.0.1.evil/",
          "080",
          "+80",
          "dbus-system",
          "7",
          "a\nb");

  private static final List<String> PATHS =
      List.of(
          "/var/log/x",
          "/var/log/",
          "/var/log/a/b",
          "/var/log//x",
          "/var/./log/x",
          "/var/logx",
          "/secret",
          "/",
          "/var/log");

  private final Random random;

  public RandomLines(int seed) {
    this.random = Whole.random(seed);
  }

  /** Returns the words after the tool's name. */
  public List<String> line(Tool tool) {
    List<String> typed = new ArrayList<>();
    add(typed, tool.arguments());
    if (random.nextInt(4) == 0) {
      typed.add(random.nextInt(typed.size() + 1), one(HOSTILE));
    }
    if (random.nextInt(4) == 0 && !typed.isEmpty()) {
      typed.set(random.nextInt(typed.size()), one(HOSTILE));
    }
    return typed;
  }

  private void add(List<String> typed, ArgumentGrammar grammar) {
    for (var oneOf : grammar.needs()) {
      option(typed, grammar, one(List.copyOf(new TreeSet<>(oneOf))));
    }
    List<String> spellings = new ArrayList<>(new TreeSet<>(grammar.flags().keySet()));
    spellings.addAll(new TreeSet<>(grammar.options().keySet()));
    for (int n = spellings.isEmpty() ? 0 : random.nextInt(4); n > 0; n--) {
      option(typed, grammar, one(spellings));
    }
    if (!grammar.commands().isEmpty()) {
      String name = one(List.copyOf(new TreeSet<>(grammar.commands().keySet())));
      typed.add(name);
      add(typed, Objects.requireNonNull(grammar.commands().get(name)).grammar());
      return;
    }
    Operands form = one(grammar.operands().all());
    if (!form.with().isEmpty() && random.nextInt(3) > 0) {
      option(typed, grammar, one(List.copyOf(new TreeSet<>(form.with()))));
    }
    form.places().forEach(place -> typed.add(value(place)));
    while (form.lastRepeats() && random.nextBoolean()) {
      typed.add(value(form.places().getLast()));
    }
  }

  private void option(List<String> typed, ArgumentGrammar grammar, String spelling) {
    ArgumentGrammar.TypedOption option = grammar.options().get(spelling);
    if (option == null) {
      typed.add(spelling);
      return;
    }
    String value = value(option.type());
    boolean isLong = spelling.startsWith("--") || spelling.startsWith("+");
    if (option.optional() && random.nextBoolean()) {
      typed.add(spelling);
    } else if (random.nextBoolean() && (isLong || spelling.length() == 2)) {
      typed.add(spelling + (isLong ? "=" : "") + value);
    } else {
      typed.add(spelling);
      typed.add(value);
    }
  }

  private String value(ValueType type) {
    return switch (type) {
      case ValueType.Choice choice -> one(choice.words());
      case ValueType.Prefixed prefixed -> prefixed.prefix() + value(prefixed.type());
      case Amount amount -> amount.least().toPlainString();
      case UrlType _ ->
          one(List.of("http://127.0.0.1/x", "http://h/", "https://10.0.0.1:1/", "h:1/x"));
      case ValueType.Letters letters -> letters.set().substring(0, 1);
      case CommaList list -> value(list.type()) + "," + value(list.type());
      case ValueType.Named named -> value(named);
    };
  }

  private String value(ValueType.Named type) {
    return switch (type) {
      case PATH -> one(PATHS);
      case ADDRESS, CIDR -> one(List.of("10.0.0.1", "2001:db8::1"));
      case HOSTNAME -> one(List.of("10.0.0.1", "a.example.org", "10.evil.example"));
      case ENDPOINT, MAPPING -> "h:443";
      case INTERFACE, LINK -> "eth0";
      case FILTER -> one(List.of("state", "=", ":22", "("));
      case EXPRESSION -> one(List.of("port 53", "tcp"));
      case HEADER -> one(List.of("Host: x", "Accept: y"));
      case SYSCALLS -> "trace=read";
      case COUNT -> one(List.of("1", "+3", "-3", "1K"));
      case USER -> one(List.of("0", "root", "1000"));
      case KEYS, SORTING -> one(List.of("-pid", "pid,+comm"));
      case FORMAT -> "%s";
      case WRITEOUT -> one(List.of("%{http_code}\\n", "%{json}"));
      case SINCE -> one(List.of("10m", "2026-11-24", "17:00"));
      case STATES -> "TCP:LISTEN";
      case COMPARISON -> one(List.of("+1", "-1", "1"));
      case STDOUT -> "-";
      case WORD, COLUMNS, FIELDS, PARAMETER, MOMENT -> "word";
      case RRTYPE -> "MX";
      case SOCKETS -> one(List.of(":80", "4TCP@h:80"));
      case SEARCH, WHOLE -> one(List.of("x", "/var/log/x", "+x", "@x"));
      case PATTERN, TEXT -> one(List.of("x", "/var/log/x"));
    };
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
