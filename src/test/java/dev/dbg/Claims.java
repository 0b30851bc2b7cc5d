package dev.dbg;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a document claims: that there are tests, sources, and headers that switch defences off.
 *
 * @param text the document, in the form of attacks.md
 */
record Claims(String text, Tree tree) {
  private static final Pattern SECTION = Pattern.compile("(?m)^### (A[0-9]+(?:, A[0-9]+)*)\\. .+$");
  private static final Pattern ANY_SECTION = Pattern.compile("(?m)^###+ (.*)$");
  private static final Pattern TESTS = Pattern.compile("(?ms)^Tests:\\s+(.*?)(?=\\n\\n|\\n#|\\z)");
  private static final Pattern WORD = Pattern.compile("`([^`]*)`");

  /** Stands in attacks.md behind a test that runs only with {@code native-tests/run --whole}. */
  private static final String WHOLE = "†";

  private static final Pattern SIGNED = Pattern.compile("`([^`]*)`(" + WHOLE + "?)");
  private static final Pattern TEST_CLASS = Pattern.compile("[A-Z]\\w*Test");
  private static final Pattern TEST_METHOD = Pattern.compile("[a-z]\\w*_\\w+");
  private static final Pattern SCRIPT = Pattern.compile("(native-tests|src/test)/[\\w./-]+");

  /**
   * Stands in attacks.md behind a test that also runs with the defence off, with the names of the
   * headers, if there are any.
   */
  private static final Pattern OFF = Pattern.compile("`([^`]*)`" + WHOLE + "?‡(?:\\(([^)]*)\\))?");

  private static final Pattern SOURCE =
      Pattern.compile("([a-z][a-z-]*/)+[\\w-]+(\\.(c|h|java|sh|py|md|toml|service|list|txt))?");

  /** A directory of the built tree, not of the checkout. */
  private static final String BUILT = "lib/dbg/tools";

  /** The headings below a class that do not consist of numbers of attacks and a title. */
  List<String> wrongHeadings() {
    return ANY_SECTION
        .matcher(text)
        .results()
        .filter(heading -> !SECTION.matcher(heading.group()).matches())
        .map(heading -> heading.group(1))
        .toList();
  }

  private Stream<String> words(Pattern form, String where) {
    return WORD.matcher(where)
        .results()
        .map(word -> word.group(1).replaceAll("\\s+", " "))
        .filter(word -> form.matcher(word).matches());
  }

  private List<String> testFields() {
    return TESTS.matcher(text).results().map(MatchResult::group).toList();
  }

  long namedTests() {
    return testFields().stream().flatMap(field -> words(TEST_CLASS, field)).count();
  }

  /** The classes that do not exist, and the methods that the class before them does not have. */
  List<String> missingTests() {
    List<String> missing = new ArrayList<>();
    for (String field : testFields()) {
      String name = "";
      Matcher word = WORD.matcher(field);
      while (word.find()) {
        if (TEST_CLASS.matcher(word.group(1)).matches()) {
          name = word.group(1);
          if (!tree.hasTest(name)) {
            missing.add(name);
          }
        } else if (TEST_METHOD.matcher(word.group(1)).matches()
            && (name.isEmpty() || tree.hasTest(name))
            && !tree.hasMethod(name, word.group(1))) {
          missing.add(name + " " + word.group(1));
        }
      }
    }
    return missing;
  }

  /**
   * The tests that have the sign of {@code --whole} and run for each change, and those that lack it
   * and run only with {@code --whole}. A class has the sign if it is tagged as a whole.
   */
  List<String> wrongRuns() {
    List<String> wrong = new ArrayList<>();
    for (String field : testFields()) {
      signed(
          field,
          (found, right) -> {
            if (!found.group().equals(right)) {
              wrong.add(found.group(1));
            }
          });
    }
    return wrong;
  }

  /** The text with the sign of {@code --whole} at these tests, and at no other. */
  String withRightSigns() {
    return TESTS
        .matcher(text)
        .replaceAll(
            field -> {
              StringBuilder signed = new StringBuilder();
              int[] end = {0};
              signed(
                  field.group(),
                  (found, right) -> {
                    signed.append(field.group(), end[0], found.start()).append(right);
                    end[0] = found.end();
                  });
              return Matcher.quoteReplacement(
                  signed.append(field.group().substring(end[0])).toString());
            });
  }

  /** Gives each word of a field, and the word with the sign that it should have. */
  private void signed(String field, BiConsumer<MatchResult, String> taker) {
    String name = "";
    Matcher word = SIGNED.matcher(field);
    while (word.find()) {
      boolean isClass = TEST_CLASS.matcher(word.group(1)).matches();
      name = isClass ? word.group(1) : name;
      boolean isTest = isClass || TEST_METHOD.matcher(word.group(1)).matches();
      boolean isWhole = isTest && tree.isWhole(name, isClass ? "" : word.group(1));
      taker.accept(word.toMatchResult(), "`" + word.group(1) + "`" + (isWhole ? WHOLE : ""));
    }
  }

  /** The attacks that name neither a test nor a script, and give no reason for that. */
  List<String> withoutTests() {
    List<String> without = new ArrayList<>();
    for (String section : text.split("(?m)^(?=### A)", -1)) {
      Matcher title = SECTION.matcher(section);
      if (title.find()) {
        Matcher tests = TESTS.matcher(section);
        if (!tests.find() || !saysWhatTests(tests.group(1))) {
          without.add(title.group(1));
        }
      }
    }
    return without;
  }

  private boolean saysWhatTests(String field) {
    return words(TEST_CLASS, field).findAny().isPresent()
        || words(SCRIPT, field).findAny().isPresent()
        || field.matches("(?s)none, since\\s+\\S.*");
  }

  private static Stream<String> headersOf(MatchResult off) {
    return off.group(2) == null ? Stream.of() : Stream.of(off.group(2).split(",\\s*", -1));
  }

  /** The headers that do not exist, or that the class before them does not use. */
  List<String> missingHeaders() {
    List<String> missing = new ArrayList<>();
    for (String field : testFields()) {
      Matcher off = OFF.matcher(field);
      while (off.find()) {
        String name = classBefore(field, off.end());
        headersOf(off)
            .filter(header -> !tree.hasHeader(header) || !tree.names(name, header))
            .forEach(missing::add);
      }
    }
    return missing;
  }

  /** The headers that no attack names. */
  List<String> unnamedHeaders() {
    List<String> named =
        testFields().stream()
            .flatMap(field -> OFF.matcher(field).results())
            .flatMap(Claims::headersOf)
            .toList();
    return tree.headers().stream().filter(header -> !named.contains(header)).toList();
  }

  /** The tests with the sign of a second run, whose class has no run without a defence. */
  List<String> withoutSecondRun() {
    List<String> wrong = new ArrayList<>();
    for (String field : testFields()) {
      Matcher off = OFF.matcher(field);
      while (off.find()) {
        if (!tree.hasRunWithoutDefence(classBefore(field, off.end()))) {
          wrong.add(off.group(1));
        }
      }
    }
    return wrong;
  }

  private String classBefore(String field, int end) {
    return words(TEST_CLASS, field.substring(0, end)).reduce("", (_, last) -> last);
  }

  /** The sources that do not exist; NAME in capitals stands for any. */
  List<String> missingSources() {
    return words(SOURCE, text)
        .filter(name -> !name.matches(".*[A-Z]{4}.*") && !name.equals(BUILT))
        // What a build makes; the order of the tests is not known.
        .filter(name -> !name.startsWith("target/"))
        .filter(name -> !tree.hasSource(name))
        .distinct()
        .toList();
  }
}
