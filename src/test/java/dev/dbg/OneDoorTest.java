package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Scanner;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * In dbgd's process nothing makes a tree, a list or a map of bytes that somebody other than root
 * wrote, except through {@code resolve.untrusted}: one byte may become seventy in memory, and dbgd
 * ends when its heap is full. So the calls that make many objects of a text are forbidden, but for
 * {@link #EXCEPTIONS}. A split with a limit is permitted.
 */
class OneDoorTest {
  /** The calls that are forbidden, by the class that has the method. */
  private static final Map<Class<?>, Pattern> FORBIDDEN =
      Map.of(
          Files.class, Pattern.compile("readAll.*|readString|lines|newBufferedReader"),
          InputStream.class, Pattern.compile("readAllBytes"),
          Reader.class, Pattern.compile("readAll.*"),
          BufferedReader.class, Pattern.compile(".*"),
          Scanner.class, Pattern.compile(".*"),
          StringTokenizer.class, Pattern.compile(".*"),
          Properties.class, Pattern.compile("load.*"),
          Pattern.class, Pattern.compile("split.*"),
          String.class, Pattern.compile("split.*|lines"));

  private static final Pattern OF_JACKSON = Pattern.compile("read.*|treeToValue|convertValue");

  private static final Pattern SPLIT_WITH_A_LIMIT =
      Pattern.compile("\\.split\\(\"(?:[^\"\\\\]|\\\\.)*\", [1-9A-Z][A-Za-z0-9_.+ ]*\\)");

  private static final String ROOTS = "root wrote it";
  private static final String REQUEST =
      "words of a request, for which Admission has reserved memory (RequestWeightTest)";
  private static final String KERNELS = "a text of the kernel's about dbgd, the host or a group";
  private static final String OWN = "dbgd wrote it, record by record or row by row";

  /**
   * What may make such calls, and why.
   *
   * @param where a class or a package
   * @param calls of {@link #FORBIDDEN}
   */
  private record Permitted(String where, String calls, String why) {
    boolean permits(String name, String call) {
      return (name.equals(where) || name.startsWith(where + ".")) && call.matches(calls);
    }
  }

  private static Permitted permitted(String where, String calls, String why) {
    return new Permitted("dev.dbg." + where, calls, why);
  }

  private static final List<Permitted> EXCEPTIONS =
      List.of(
          permitted("Dbgd", "Files.readString", KERNELS),
          permitted("config", "String.split", ROOTS),
          permitted("toml", "TomlMapper.readTree|String.split|String.lines", ROOTS),
          permitted("doctor", "Files.*|String.*", ROOTS + ", and " + KERNELS),
          permitted("policy.rule", "String.split", ROOTS + ", a rule"),
          permitted("shell.ShellScript", "String.lines", ROOTS + ", a script"),
          permitted("tools", "String.split", ROOTS + ", the catalogue, and " + REQUEST),
          permitted("toolroot.ToolClosure", "String.lines", "the loader says it, in 64 KiB"),
          permitted("kernel.process.SubordinateIds", "String.split", ROOTS),
          permitted("grammar", "String.split", REQUEST),
          permitted("complete.CompleteAnswer", "String.split", REQUEST),
          permitted("model.NamespaceKind", "String.split", REQUEST),
          permitted("model.Glob", "String.split", ROOTS + ", or " + REQUEST),
          permitted("answer", "String.lines|String.split", OWN),
          permitted("audit.record.ParsedRecord", "JsonMapper.readTree", OWN),
          permitted("audit.record.RecordBuilder", "JsonMapper.convertValue", OWN),
          permitted("review", "JsonMapper.readValue|String.split", OWN),
          permitted("resolve.user.UserQuestion", "JsonMapper.readValue", OWN),
          permitted("resolve.user.UserAnswer", "JsonMapper.readValue", "UsersEngines charges it"),
          permitted("kernel.ThisProcess", "Files.readString|String.split", KERNELS),
          permitted("kernel.cgroup", "Files.readString|String.split", KERNELS),
          permitted("kernel.process.MappedFiles", "Files.readAllLines", KERNELS),
          permitted("kernel.process.ProcDir", "String.split", "4 KiB of the kernel's at most"),
          permitted("kernel.process.ThisHost", "Files.readString", KERNELS),
          permitted("cgroup.UnifiedParent", "String.split", KERNELS),
          permitted("status.GroupFigures", "String.split", KERNELS + ", 64 KiB at most"),
          permitted("status.InspectAnswer", "String.split", "a constant"),
          permitted("enter", "String.lines|String.split", "dbg-enter says it, in a few KiB"));

  /** The forbidden calls of these classes, by the outermost class. */
  private static Map<String, Set<String>> calls(JavaClasses classes, Set<String> reached)
      throws IOException {
    Map<String, Set<String>> all = new TreeMap<>();
    for (JavaClass one : classes) {
      String name = one.getName().replaceFirst("\\$.*", "");
      for (JavaAccess<?> access : one.getAccessesFromSelf()) {
        String call = access.getTargetOwner().getSimpleName() + "." + access.getName();
        if (reached.contains(name)
            && isForbidden(access.getTarget())
            && !(call.equals("String.split") && splitsWithLimitsAlone(name))) {
          all.computeIfAbsent(name, _ -> new TreeSet<>()).add(call);
        }
      }
    }
    return all;
  }

  private static boolean isForbidden(AccessTarget target) {
    JavaClass owner = target.getOwner();
    return owner.getPackageName().startsWith("com.fasterxml.jackson.")
        ? OF_JACKSON.matcher(target.getName()).matches()
        : FORBIDDEN.entrySet().stream()
            .anyMatch(
                one ->
                    owner.isAssignableTo(one.getKey())
                        && one.getValue().matcher(target.getName()).matches());
  }

  private static boolean splitsWithLimitsAlone(String name) throws IOException {
    Path source = Path.of("src/main/java", name.replace('.', '/') + ".java");
    return Files.exists(source)
        && !SPLIT_WITH_A_LIMIT.matcher(Files.readString(source)).replaceAll("").contains(".split(");
  }

  /** The calls without an exception. */
  private static List<String> wrong(Map<String, Set<String>> calls) {
    List<String> wrong = new ArrayList<>();
    calls.forEach(
        (name, its) ->
            its.stream()
                .filter(call -> EXCEPTIONS.stream().noneMatch(one -> one.permits(name, call)))
                .forEach(call -> wrong.add(name + " calls " + call)));
    return wrong;
  }

  @Test
  void nothing_in_dbgds_process_makes_much_of_a_text_but_what_has_a_reason() throws IOException {
    Map<String, Set<String>> calls = calls(RootProcessTest.MAIN, RootProcessTest.reached());
    assertTrue(calls.size() > 20, "classes that make such calls: " + calls.size());
    assertEquals(List.of(), wrong(calls));
  }

  @Test
  void no_exception_is_left_that_nothing_needs() throws IOException {
    Map<String, Set<String>> calls = calls(RootProcessTest.MAIN, RootProcessTest.reached());
    for (Permitted one : EXCEPTIONS) {
      assertTrue(
          calls.entrySet().stream()
              .anyMatch(
                  its -> its.getValue().stream().anyMatch(call -> one.permits(its.getKey(), call))),
          () -> "nothing needs it: " + one);
      assertTrue(!one.why().isBlank(), one::toString);
    }
  }

  /** Some of what is forbidden, once by a reference to a method. */
  private static final class MakesTrees {
    private static final Pattern WORDS = Pattern.compile(" ");

    @SuppressWarnings("UnusedMethod") // its class file is read
    static List<Object> of(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file);
          Stream<String> lines = Files.lines(file);
          Scanner scanner = new Scanner(in, StandardCharsets.UTF_8)) {
        String text = scanner.next();
        Function<String, Stream<String>> pieces = WORDS::splitAsStream;
        return List.of(
            lines.toList(),
            in.readAllBytes(),
            new JsonMapper().readTree(text),
            pieces.apply(text).toList(),
            Files.readString(file),
            List.of(text.split("a", -1)),
            List.of(text.split("b", 2)));
      }
    }
  }

  @Test
  void each_such_call_is_found() throws IOException {
    String name = OneDoorTest.class.getName();
    assertEquals(
        List.of(
            name + " calls Files.lines",
            name + " calls Files.readString",
            name + " calls InputStream.readAllBytes",
            name + " calls JsonMapper.readTree",
            name + " calls Pattern.splitAsStream",
            name + " calls Scanner.<init>",
            name + " calls Scanner.close",
            name + " calls Scanner.next",
            name + " calls String.split"),
        wrong(calls(new ClassFileImporter().importClasses(MakesTrees.class), Set.of(name))));
  }
}
