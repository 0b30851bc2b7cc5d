package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.value.ValueType;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A regular expression of dbgd's looks at each character of a word a bounded number of times,
 * whoever wrote the word and however long it is. What it looks at is counted.
 */
class ExpressionsTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int LONG = 1000;

  /** How often it may look at each character; a square of the length is five times as much. */
  private static final int MOST = 100;

  private static final int PACKET = 60_000;

  /** They read what root wrote, or a number that dbgd has formatted. */
  private static final Set<String> OF_ROOT =
      Set.of(
          "dev.dbg.toml.KeyPositions.HEADER_OR_KEY",
          "dev.dbg.tools.value.UrlPattern.PATTERN",
          "Amount.java [0-9.*]*[*][0-9.*]*",
          "HostPattern.java [0-9.*]*[0-9][0-9.*]*",
          "StatusReport.java [.]?0+$");

  /** What words are made of. */
  private static final List<String> PARTS =
      List.of(
          "a", "0", "A", "/", ".", "-", "_", ":", ",", "*", "@", "%", "+", "=", "\\", "'", "\"",
          " ", "\t", "a:", "a.", "a/", "/.", "a,", "a=", "a-", "1.", "a://", "%20", ", ", "./",
          "'a'", "1m");

  private static final List<String> BEGINNINGS = List.of("", "a:", "a:/", "a://", "1");
  private static final List<String> ENDS = List.of("", "\0", "/", "a");

  /** A called method and its expression, where that is written there. */
  private static final Pattern CALL =
      Pattern.compile(
          "\\.(matches|replaceAll|replaceFirst|split)\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*([,)])");

  /** Counts who looks at it, and ends it. */
  private static final class Looked implements CharSequence {
    private final String text;
    private int looks;

    Looked(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++looks > MOST * LONG) {
        throw new IllegalStateException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** The words at which the expression looks too often. */
  private static Set<String> slow(Pattern expression, boolean searches) {
    Set<String> slow = new TreeSet<>();
    for (String part : PARTS) {
      for (String beginning : BEGINNINGS) {
        for (String end : ENDS) {
          Matcher matcher =
              expression.matcher(new Looked(beginning + part.repeat(LONG / part.length()) + end));
          try {
            boolean found = searches ? matcher.find() : matcher.matches();
            while (searches && found) {
              found = matcher.find();
            }
          } catch (IllegalStateException e) {
            slow.add(beginning + "{" + part + "}" + end);
          }
        }
      }
    }
    return slow;
  }

  private static String source(JavaField field) throws IOException {
    String name = field.getOwner().getName().replaceFirst("\\$.*", "").replace('.', '/');
    return Files.readString(SOURCES.resolve(name + ".java"));
  }

  private static List<JavaField> named() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.dbg").stream()
            .flatMap(found -> found.getFields().stream())
            .filter(field -> field.getRawType().isEquivalentTo(Pattern.class))
            .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
            .toList();
  }

  private static Pattern expression(JavaField named) {
    try {
      Field field = named.reflect();
      field.setAccessible(true);
      return (Pattern) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Tag("whole")
  void no_expression_that_has_a_name_looks_at_a_word_again_and_again() throws Exception {
    Map<String, Set<String>> slow = new TreeMap<>();
    List<JavaField> all = named();
    for (JavaField named : all) {
      boolean searches =
          Pattern.compile(
                  "\\.find\\(\\)|\\b%s\\s*\\.matcher\\(.*\\)\\s*\\.replace"
                      .formatted(named.getName()))
              .matcher(source(named))
              .find();
      Set<String> words = slow(expression(named), searches);
      if (!words.isEmpty()) {
        slow.put(named.getFullName(), words);
      }
    }
    assertTrue(all.size() > 100, () -> all.size() + " expressions");
    slow.keySet().removeAll(OF_ROOT);
    assertEquals(Map.of(), slow);
  }

  @Test
  @Tag("whole")
  void no_expression_that_is_written_where_it_is_used_does() throws Exception {
    Map<String, Set<String>> slow = new TreeMap<>();
    int count = 0;
    List<Path> files;
    try (Stream<Path> found = Files.walk(SOURCES)) {
      files = found.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    for (Path file : files) {
      for (Matcher call = CALL.matcher(Files.readString(file)); call.find(); count++) {
        if (call.group(1).startsWith("replace") && call.group(3).equals(")")) {
          continue; // what a Matcher puts there
        }
        String expression = call.group(2).translateEscapes();
        Set<String> words = slow(Pattern.compile(expression), !call.group(1).equals("matches"));
        if (!words.isEmpty()) {
          slow.put(file.getFileName() + " " + expression, words);
        }
      }
    }
    int found = count;
    assertTrue(found > 100, () -> found + " expressions");
    slow.keySet().removeAll(OF_ROOT);
    assertEquals(Map.of(), slow);
  }

  /** The parts of which a long word takes the stack. */
  private static Set<String> deep(Pattern expression) {
    Set<String> deep = new TreeSet<>();
    for (String part : PARTS) {
      try {
        boolean _ = expression.matcher(part.repeat(PACKET / part.length())).matches();
      } catch (StackOverflowError e) {
        deep.add(part);
      }
    }
    return deep;
  }

  /** A session's thread has half a megabyte of stack. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @Tag("whole")
  void no_type_takes_the_stack_or_minutes_for_a_word_of_a_whole_packet() throws Exception {
    Set<ValueType> types = new HashSet<>(List.of(ValueType.Named.values()));
    for (String tool : Shipped.catalogue().names()) {
      ArgumentGrammar grammar = Shipped.catalogue().tool(tool).orElseThrow().arguments();
      types.addAll(grammar.operandTypes());
      grammar.spellings().forEach(spelling -> types.addAll(grammar.valueTypes(spelling)));
    }
    Map<String, Set<String>> deep = new TreeMap<>();
    List<JavaField> named = named();
    named.forEach(ExpressionsTest::expression);
    SmallStack.runs(
        () -> {
          for (String part : PARTS) {
            for (String beginning : BEGINNINGS) {
              String word = beginning + part.repeat(PACKET / part.length());
              types.forEach(type -> type.accepts(word));
            }
          }
          for (JavaField field : named) {
            Set<String> parts = deep(expression(field));
            if (!parts.isEmpty()) {
              deep.put(field.getFullName(), parts);
            }
          }
        });
    assertEquals(Map.of(), deep);
    assertTrue(types.size() > 60, () -> types.size() + " types");
  }
}
