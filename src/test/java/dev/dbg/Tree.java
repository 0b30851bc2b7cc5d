package dev.dbg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sources of the checkout.
 *
 * @param tests the text of each class of tests, by its simple name
 * @param headers the names of the headers that switch a defence off
 */
record Tree(Map<String, String> tests, List<String> headers) {
  private static final Pattern RUN_WITHOUT =
      Pattern.compile("\\bwithout\\(|\\binWhich\\(|void \\w*(without|would)\\w*\\(");
  private static final Path JAVA = Path.of("src/main/java/dev/dbg");

  static Tree ofCheckout() throws IOException {
    Map<String, String> tests = new HashMap<>();
    for (Path root : new Path[] {Path.of("src/test/java"), Path.of("native-tests/java")}) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
          String name = String.valueOf(file.getFileName());
          tests.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
        }
      }
    }
    try (Stream<Path> files = Files.list(Path.of("native-tests/c/without"))) {
      return new Tree(
          tests,
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.endsWith(".h"))
              .map(name -> name.substring(0, name.length() - ".h".length()))
              .sorted()
              .toList());
    }
  }

  boolean hasTest(String name) {
    return tests.containsKey(name);
  }

  boolean hasMethod(String test, String method) {
    return tests.getOrDefault(test, "").contains("void " + method + "(");
  }

  /**
   * True if the class, or for a method's name that method alone, is tagged {@code whole}.
   *
   * @param method empty for the class
   */
  boolean isWhole(String test, String method) {
    String tagged = "@Tag\\(\"whole\"\\)\n(?: *@.*\n)*";
    String what = method.isEmpty() ? "(?:final )?class " + test : " *(?:\\w+ )*" + method + "\\(";
    return Pattern.compile(tagged + what).matcher(tests.getOrDefault(test, "")).find();
  }

  boolean hasHeader(String name) {
    return headers.contains(name);
  }

  /** True if the class has this name in quotation marks. */
  boolean names(String test, String header) {
    return tests.getOrDefault(test, "").contains("\"" + header + "\"");
  }

  /** True if the class runs something without a defence, or in the place of dbg. */
  boolean hasRunWithoutDefence(String test) {
    return RUN_WITHOUT.matcher(tests.getOrDefault(test, "")).find();
  }

  /** A file of the checkout, a class below dev.dbg, or a file of the C programs. */
  boolean hasSource(String name) {
    return Stream.of(
            Path.of(name),
            JAVA.resolve(name + ".java"),
            JAVA.resolve(name),
            Path.of("src/main/c", name),
            Path.of("src/main/dist", name),
            Path.of("src/test/resources", name),
            Path.of("native-tests", name),
            Path.of("native-tests/java/dev/dbg/nativetests", name + ".java"),
            Path.of("src/main/java", name))
        .anyMatch(Files::exists);
  }
}
