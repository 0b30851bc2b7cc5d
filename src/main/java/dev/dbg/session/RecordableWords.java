package dev.dbg.session;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.words.SplitWords;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.argument.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A typed line as its record has it if it is not a session's. Nobody typed a password for it to be
 * kept, and a line that is not understood may have one anywhere: the operator meant another verb,
 * another tool, or another place. So a word is kept only if it is known what it is: a verb, an
 * option of dbg's, a name of a container in its place, namespaces, a tool of the catalogue, and
 * what that tool's grammar shows of its arguments. Of all others the record has only that they were
 * there.
 *
 * <p>For any thread.
 */
record RecordableWords(Catalogue catalogue) {
  private static final String END = "--";

  private static final String COMPLETION = "completion";
  private static final String OF_LINE = "--line";
  private static final String JSON = "--json";

  /** The verbs that are followed by TARGET, or by no word at all. */
  private static final Set<String> ABOUT_TARGET = Set.of("exec", "shell", "explain", "tools");

  /** A flag that may have a value, in the same word. */
  private static final String WAIT = "--wait";

  static final Set<String> FLAGS =
      Set.of("-t", "--tty", "-i", "--interactive", "--record", WAIT, JSON, "-h", "--help");

  static final Set<String> VALUED =
      Set.of("-u", "--user", "-w", "--workdir", "--reason", "--timeout", "--as", "--each", "-c");

  /** Beginnings of ids, patterns and services too. */
  private static final Pattern TARGET =
      Pattern.compile(
          "[A-Za-z0-9_][A-Za-z0-9_./*-]{0,1023}|[a-z]{1,20}://[A-Za-z0-9_.@:/*\\\\-]{1,1023}");

  /** As they are, or nearly. */
  private static final Pattern NAMESPACES = Pattern.compile("[a-z]{2,7}([,:+][a-z]{2,7}){0,7}");

  /** An action of {@code dbg audit}, a shell, a session, or an option's name. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "list|show|replay|summary|export|verify|access|bash|zsh|fish|[0-9a-f]{4,16}|-[a-z]"
              + "|--[a-z][a-z-]{0,15}");

  /** The words of the whole line, without {@code dbg}. */
  List<String> of(List<String> words) {
    return of(words, true);
  }

  /** {@code isTyped} if it is not the line that is being completed: in that there is no other. */
  private List<String> of(List<String> words, boolean isTyped) {
    if (words.isEmpty()) {
      return List.of();
    }
    String first = words.getFirst();
    List<String> rest = words.subList(1, words.size());
    if (first.equals(JSON) && !rest.isEmpty() && Grammar.verbs().contains(rest.getFirst())) {
      return join(first, of(rest, isTyped));
    }
    if (!Grammar.verbs().contains(first)) {
      return aboutTarget(words);
    }
    if (isTyped
        && first.equals(COMPLETION)
        && rest.indexOf(OF_LINE) == 0
        && rest.indexOf(END) == 1) {
      return join(first, join(OF_LINE, join(END, of(rest.subList(2, rest.size()), false))));
    }
    return join(
        first,
        ABOUT_TARGET.contains(first)
            ? aboutTarget(rest)
            : rest.stream()
                .map(word -> PLAIN.matcher(word).matches() ? word : Redaction.HIDDEN)
                .toList());
  }

  /**
   * A tool's name, and its arguments as its grammar shows them; of an unknown tool, only how many.
   */
  List<String> arguments(String tool, List<String> arguments) {
    return catalogue
        .tool(tool)
        .map(known -> known.arguments().shown(arguments))
        .orElseGet(() -> arguments.stream().map(_ -> Redaction.HIDDEN).toList());
  }

  /**
   * Whether a word in a container's place has the form of a name; a line in quotes has not. Any
   * name that a container can have is one: else a refusal would not say whose it is.
   */
  static boolean isTarget(String word) {
    if (TARGET.matcher(word).matches()) {
      return true;
    }
    try {
      return NameGrammar.admits(TargetName.parse(word));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** {@code [OPTION...] TARGET [NS] [--] TOOL [ARG...]}, or what somebody took for it. */
  private List<String> aboutTarget(List<String> words) {
    LineHeadWords head = new LineHeadWords(words);
    List<String> kept = new ArrayList<>(head.read());
    int tool = head.at;
    if (tool < words.size()) {
      String name = words.get(tool);
      boolean known = catalogue.tool(name).isPresent();
      kept.add(known || !head.strange ? Redaction.ofName(name) : Redaction.HIDDEN);
      kept.addAll(arguments(name, words.subList(tool + 1, words.size())));
    }
    return List.copyOf(kept);
  }

  private static List<String> join(String first, List<String> rest) {
    return Stream.concat(Stream.of(first), rest.stream()).toList();
  }

  /** The words before the tool. */
  private static final class LineHeadWords {
    private final List<String> words;
    private final List<String> kept = new ArrayList<>();
    private int at;
    private int operands;

    /** After an option that dbg does not have, nobody knows what a word is. */
    private boolean strange;

    LineHeadWords(List<String> words) {
      this.words = words;
    }

    List<String> read() {
      while (at < words.size()) {
        String word = words.get(at);
        if (word.equals(END)) {
          kept.add(word);
          at++;
          if (operands > 0) {
            break;
          }
        } else if (word.length() > 1 && word.startsWith("-")) {
          at++;
          options(word);
        } else if (operands == 0) {
          keep(word, !strange && isTarget(word));
        } else if (operands == 1 && SplitWords.namesNamespaces(fromTarget())) {
          keep(word, !strange && NAMESPACES.matcher(word).matches());
        } else {
          break;
        }
      }
      return kept;
    }

    private void keep(String word, boolean isKnown) {
      kept.add(isKnown ? word : Redaction.HIDDEN);
      operands++;
      at++;
    }

    private List<String> fromTarget() {
      return join("", words.subList(at, Math.min(at + 2, words.size())));
    }

    /** {@code -tu 0}: the letters are options, one after the other. */
    private void options(String word) {
      int last = 1;
      while (last + 1 < word.length() && FLAGS.contains("-" + word.charAt(last))) {
        last++;
      }
      int from = kept.size();
      option("-" + word.substring(last));
      if (last > 1) {
        kept.set(from, word.substring(0, last) + kept.get(from).replaceFirst("^-", ""));
      }
    }

    private void option(String word) {
      int equals = word.indexOf('=');
      String name =
          word.startsWith(END)
              ? equals < 0 ? word : word.substring(0, equals)
              : word.substring(0, 2);
      String inside = word.length() == name.length() ? "" : word.substring(name.length());
      if ((VALUED.contains(name) || name.equals(WAIT)) && !inside.isEmpty()) {
        boolean isLong = word.startsWith(END);
        kept.add(name + (isLong ? "=" : "") + value(name, isLong ? inside.substring(1) : inside));
      } else if (VALUED.contains(name)) {
        kept.add(name);
        if (at < words.size()) {
          kept.add(value(name, words.get(at++)));
        }
      } else if (FLAGS.contains(name) && inside.isEmpty()) {
        kept.add(name);
      } else {
        strange = true;
        kept.add(Redaction.HIDDEN);
      }
    }

    /** A reason is typed to be kept. */
    private static String value(String option, String value) {
      boolean isKnown =
          switch (option) {
            case "--reason" -> true;
            case "-u", "--user" -> value.matches("[0-9]{1,10}(:[0-9]{1,10})?");
            case "-w", "--workdir" -> value.startsWith("/");
            case "--timeout", WAIT -> value.matches("[0-9]{1,9}[a-z]{0,2}");
            default -> false;
          };
      return isKnown ? Redaction.withoutPasswords(value) : Redaction.HIDDEN;
    }
  }
}
