package dev.dbg.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dbg.model.Words;
import java.util.List;

/** Any words after {@code dbg} are either understood or refused with advice what to type. */
class CommandLineFuzzTest {
  private static final Grammar GRAMMAR = new Grammar();

  @FuzzTest(maxDuration = "15s")
  void a_line_means_something_or_is_refused(byte[] bytes) {
    List<String> words = Words.of(bytes, 0);
    Invocation meant;
    try {
      meant = GRAMMAR.parse(words);
    } catch (UsageMistake e) {
      assertFalse(e.message().isEmpty());
      return;
    }
    switch (meant) {
      case Invocation.Exec exec -> isUntouched(exec.line(), words);
      case Invocation.Explain explain -> isUntouched(explain.line(), words);
      default -> assertEquals(meant, parsedAgain(words));
    }
  }

  /** The words after the tool reach the tool unchanged. */
  private static void isUntouched(Invocation.Line line, List<String> words) {
    int count = line.arguments().size();
    assertEquals(line.arguments(), words.subList(words.size() - count, words.size()));
    assertEquals(line.tool(), words.get(words.size() - count - 1));
  }

  /** The verbs' objects are reused, so nothing of one line may remain in them for the next. */
  private static Invocation parsedAgain(List<String> words) {
    try {
      GRAMMAR.parse(List.of("audit", "--refused", "--json", "-n", "3"));
      return GRAMMAR.parse(words);
    } catch (UsageMistake e) {
      throw new AssertionError(e);
    }
  }
}
