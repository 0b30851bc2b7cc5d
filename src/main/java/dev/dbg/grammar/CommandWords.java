package dev.dbg.grammar;

import dev.dbg.grammar.words.FamiliarSyntax;
import dev.dbg.grammar.words.RunAs;
import dev.dbg.grammar.words.ShellWords;
import dev.dbg.grammar.words.SplitWords;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.TargetName;
import dev.dbg.toml.DidYouMean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code TARGET [NS] [--] TOOL [ARG...]}: all words after the tool are passed on unchanged. */
final class CommandWords {
  private static final int TARGET = 0;
  private static final int NAMESPACES = 1;
  private static final String SEPARATOR = "--";

  /** As RunAs, but with a name in place of a number. */
  private static final String NAME = "[a-zA-Z_][a-zA-Z0-9_.-]{0,31}";

  /** Namespaces, or nearly: a record has them as they were typed. */
  private static final Pattern LIKE_KINDS = Pattern.compile("[a-z]{2,7}([,:+][a-z]{2,7}){0,7}");

  /** A longer list is not corrected: all kinds, each with some letters too many, take less. */
  private static final int LONGEST_KINDS = 80;

  private static final List<String> KINDS =
      Stream.concat(NamespaceKind.allWords().stream(), Stream.of("all")).toList();

  private CommandWords() {}

  /** Reads the operands, of which {@link SplitWords} has taken dbg's options away. */
  static Invocation.Line line(List<String> words, @Nullable String user, @Nullable String directory)
      throws UsageMistake {
    int tool = SplitWords.toolAt(words);
    if (words.size() <= tool) {
      throw missing(words);
    }
    TargetName target = target(words.get(TARGET));
    WantedNamespaces namespaces =
        SplitWords.namesNamespaces(words)
            ? namespaces(
                words.get(NAMESPACES),
                right -> advice(words, right, tool),
                () -> Optional.of(insteadOfNamespaces(words)))
            : WantedNamespaces.Chosen.FOR_TOOL;
    requireName("TOOL", words.get(tool));
    return new Invocation.Line(
        target,
        namespaces,
        runAs(user, words.get(TARGET)),
        Optional.ofNullable(directory),
        words.get(tool),
        words.subList(tool + 1, words.size()));
  }

  static TargetName target(String word) throws UsageMistake {
    requireName("TARGET", word);
    try {
      return TargetName.parse(word);
    } catch (IllegalArgumentException e) {
      throw UsageMistake.about("%s", String.valueOf(e.getMessage()));
    }
  }

  /** What is missing, and what a verb of another program would be here. */
  private static UsageMistake missing(List<String> words) {
    if (words.isEmpty()) {
      return new UsageMistake(
          "TARGET and TOOL are missing: dbg TARGET [NS[,NS...]] [--] TOOL [ARG...], as in dbg web-1 -- ss -tln");
    }
    String target = words.get(TARGET);
    Optional<String> advice = otherVerb(target, List.of(target));
    return UsageMistake.about(
        "TOOL is missing: %s",
        advice.orElseGet(
            () ->
                "%s lists the tools for it, %s runs one"
                    .formatted(
                        ShellWords.dbg(List.of("tools", QuotedText.of(target))),
                        ShellWords.dbg(List.of(QuotedText.of(target), "--", "ss", "-tln")))));
  }

  /** What is meant if TARGET is another program's verb, or nearly one of dbg's. */
  private static Optional<String> otherVerb(String target, List<String> words) {
    return FamiliarSyntax.verb(target, words.subList(1, words.size()))
        .or(() -> Grammar.nearestVerb(target).map("did you mean dbg %s?"::formatted))
        .or(() -> verbAfterOptions(target));
  }

  private static Optional<String> verbAfterOptions(String target) {
    return Grammar.verbs().contains(target)
        ? Optional.of("if %s is the verb, type it before dbg's options".formatted(target))
        : Optional.empty();
  }

  private static String quoted(String word) {
    return QuotedText.of(RawText.printable(word));
  }

  private static void requireName(String what, String word) throws UsageMistake {
    if (word.startsWith("-")) {
      throw UsageMistake.about(
          "'%s' is not a "
              + what
              + ", because it begins with a dash: write dbg's options before --, and the tool's after TOOL",
          quoted(word));
    }
  }

  /**
   * Reads namespaces.
   *
   * @param line what to type, with namespaces that are nearly typed
   * @param otherwise what to type if none are
   */
  static WantedNamespaces namespaces(
      String typed, UnaryOperator<String> line, Supplier<Optional<String>> otherwise)
      throws UsageMistake {
    try {
      return WantedNamespaces.parse(typed);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      String recorded = LIKE_KINDS.matcher(typed).matches() ? message : "unknown namespaces";
      List<String> corrected = corrected(typed);
      if (corrected.isEmpty()) {
        throw new UsageMistake(
            otherwise.get().map(advice -> message + "; " + advice).orElse(message), recorded);
      }
      throw new UsageMistake(
          "unknown namespace '%s': did you mean %s?"
              .formatted(unknown(typed), line.apply(String.join(",", corrected))),
          recorded);
    }
  }

  private static String insteadOfNamespaces(List<String> words) {
    return otherVerb(words.get(TARGET), words)
        .orElseGet(
            () -> "if it is the tool, type %s".formatted(ShellWords.dbg(withoutNamespaces(words))));
  }

  private static String unknown(String typed) {
    return Arrays.stream(typed.split(",", -1))
        .filter(word -> !NamespaceKind.isOne(word))
        .findFirst()
        .map(CommandWords::quoted)
        .orElse("");
  }

  /** The namespaces that are nearly typed; none if one of them is like no namespace. */
  private static List<String> corrected(String typed) {
    if (typed.length() > LONGEST_KINDS) {
      return List.of();
    }
    List<String> corrected =
        Arrays.stream(typed.split("[,:+]"))
            .filter(word -> word.length() <= SEPARATOR.length() * 4)
            .flatMap(
                word ->
                    NamespaceKind.isOne(word)
                        ? Stream.of(word)
                        : DidYouMean.to(word, KINDS).stream())
            .distinct()
            .toList();
    boolean isAll = corrected.contains("all");
    return corrected.size() == typed.split("[,:+]").length && (!isAll || corrected.size() == 1)
        ? corrected
        : List.of();
  }

  private static List<String> withoutNamespaces(List<String> words) {
    List<String> line = new ArrayList<>(List.of(QuotedText.of(words.get(TARGET)), SEPARATOR));
    words.stream().skip(NAMESPACES).map(QuotedText::of).forEach(line::add);
    return line;
  }

  private static String advice(List<String> words, String namespaces, int tool) {
    List<String> line =
        Stream.of(
                Stream.of(words.get(TARGET), namespaces, SEPARATOR),
                words.subList(tool, words.size()).stream())
            .flatMap(part -> part)
            .toList();
    String whole = ShellWords.dbg(line);
    return whole.length() <= ShellWords.LONGEST_LINE ? whole : namespaces;
  }

  static RunAs runAs(@Nullable String user, String target) throws UsageMistake {
    if (user == null) {
      return RunAs.ROOT;
    }
    Optional<RunAs> ids = RunAs.parse(user);
    if (ids.isEmpty() && user.matches(NAME + "(:.*)?")) {
      String name = user.split(":", 2)[0];
      throw UsageMistake.about(
          "-u '%s' is not a user: write numbers, because dbgd reads no file of the container's to find a name's: %s prints them",
          quoted(user),
          ShellWords.dbg(List.of(QuotedText.of(target), "mnt", "--", "grep", name, "/etc/passwd")));
    }
    return ids.orElseThrow(
        () ->
            UsageMistake.about(
                "-u '%s' is not a user: write numbers, UID or UID:GID, as in -u 1000:1000",
                quoted(user)));
  }
}
