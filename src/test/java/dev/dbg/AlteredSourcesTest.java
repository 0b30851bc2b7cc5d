package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * The native tests take a defence out of a copy of dbgd by replacing text of its source, {@code
 * inWhich}. Each such text stands once in its source: otherwise a native test would say so, half an
 * hour later.
 */
class AlteredSourcesTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/dbg");
  private static final Path NATIVE_TESTS = Path.of("native-tests/java");
  private static final String ALTERING = "inWhich";

  /** In scripts: a source file, or a variable with its path, and the words. */
  private static final Path SCRIPTS = Path.of("native-tests/systemd");

  private static final Pattern IN_SCRIPT =
      Pattern.compile("(?:\"\\$(\\w+)\"|([\\w/]+\\.java))\\s+'([^']+)'");
  private static final Pattern VARIABLE = Pattern.compile("\\b(\\w+)=([\\w/]+\\.java)\\b");

  /** A replacement of text in a file. */
  private record Replacement(String test, String source, String words) {
    @Override
    public String toString() {
      return "%s: %s: %s".formatted(test, source, words);
    }

    boolean isPossible() {
      try {
        String text = Files.readString(SOURCES.resolve(source));
        int at = text.indexOf(words);
        return at >= 0 && text.indexOf(words, at + 1) < 0;
      } catch (IOException e) {
        return false;
      }
    }
  }

  @Test
  void each_text_that_a_native_test_replaces_stands_once_in_its_source() throws IOException {
    List<Replacement> all = replacements(filesBelow(NATIVE_TESTS, ".java"));
    assertTrue(all.size() > 30, () -> all.size() + " calls were found");
    assertEquals(List.of(), all.stream().filter(one -> !one.isPossible()).toList());
  }

  /** {@code altered.sh} does the same in the machine with systemd. */
  @Test
  void each_text_that_a_script_replaces_stands_once_in_its_source() throws IOException {
    List<Replacement> all = new ArrayList<>();
    for (Path script : filesBelow(SCRIPTS, ".sh")) {
      String text = Files.readString(script);
      Map<String, String> variables = new HashMap<>();
      VARIABLE.matcher(text).results().forEach(one -> variables.put(one.group(1), one.group(2)));
      IN_SCRIPT
          .matcher(text)
          .results()
          .forEach(
              one -> {
                String source = one.group(2) == null ? variables.get(one.group(1)) : one.group(2);
                if (source != null) {
                  all.add(new Replacement(script.toString(), source, one.group(3)));
                }
              });
    }
    assertTrue(all.size() >= 5, all::toString);
    assertEquals(List.of(), all.stream().filter(one -> !one.isPossible()).toList());
  }

  @Test
  void a_text_that_is_not_there_or_stands_twice_is_found() throws IOException {
    assertTrue(new Replacement("", "Dbgd.java", "WarmUp.soon(").isPossible());
    assertEquals(false, new Replacement("", "Dbgd.java", "no such words").isPossible());
    assertEquals(false, new Replacement("", "Dbgd.java", "import").isPossible());
    assertEquals(false, new Replacement("", "NoSuchFile.java", "import").isPossible());
  }

  private static List<Path> filesBelow(Path directory, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static List<Replacement> replacements(List<Path> tests) throws IOException {
    List<Replacement> all = new ArrayList<>();
    try (StandardJavaFileManager files =
        ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              ToolProvider.getSystemJavaCompiler()
                  .getTask(
                      null,
                      files,
                      null,
                      List.of("-proc:none"),
                      null,
                      files.getJavaFileObjectsFromPaths(tests));
      task.parse().forEach(unit -> new Calls(unit.getSourceFile().getName(), all).scan(unit, null));
    }
    return all;
  }

  /** The calls in one test; their texts are literals, or constants of the test. */
  private static final class Calls extends TreeScanner<Void, Void> {
    private final String test;
    private final List<Replacement> all;
    private final Map<String, ExpressionTree> constants = new HashMap<>();

    Calls(String test, List<Replacement> all) {
      this.test = test.substring(test.lastIndexOf('/') + 1);
      this.all = all;
    }

    @Override
    public Void visitVariable(VariableTree variable, Void none) {
      if (variable.getInitializer() != null) {
        constants.put(variable.getName().toString(), variable.getInitializer());
      }
      return super.visitVariable(variable, null);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
      if (call.getMethodSelect() instanceof MemberSelectTree select
          && select.getIdentifier().contentEquals(ALTERING)) {
        List<? extends ExpressionTree> arguments = call.getArguments();
        for (int i = 1; i < arguments.size(); i += 2) {
          all.add(new Replacement(test, text(arguments.get(0)), text(arguments.get(i))));
        }
      }
      return super.visitMethodInvocation(call, null);
    }

    private String text(Tree expression) {
      return switch (expression) {
        case LiteralTree literal -> String.valueOf(literal.getValue());
        case BinaryTree sum -> text(sum.getLeftOperand()) + text(sum.getRightOperand());
        case IdentifierTree name when constants.containsKey(name.getName().toString()) ->
            text(constants.get(name.getName().toString()));
        default -> throw new IllegalStateException("%s: %s".formatted(test, expression));
      };
    }
  }
}
