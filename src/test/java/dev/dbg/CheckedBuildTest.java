package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The build of developers, of CI and of packages checks the sources. Only the demo has a build that
 * does not, {@code -Dquick}: it makes a tree of its own, and has no tests.
 */
class CheckedBuildTest {
  private static final Pattern QUICK =
      Pattern.compile("-Dquick\\b|-P\\S*quick|\\bbuild_for_demo\\b");

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }

  @Test
  void what_is_tested_is_of_the_build_that_checks() throws Exception {
    Path classes = Path.of(Dbgd.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assertEquals(Path.of("target/classes").toAbsolutePath(), classes);
    assertEquals(
        Path.of("target/dbg").toAbsolutePath(), Path.of(System.getProperty("dbg.dist", "")));
  }

  @Test
  void without_an_option_all_checks_fail_the_build() throws IOException {
    String build = read("pom.xml").replaceFirst("(?s)<profiles>.*", "");
    for (String check :
        List.of(
            "<arg>-Xlint:all,-processing,-classfile,-serial</arg>",
            "<arg>-Werror</arg>",
            "-Xplugin:ErrorProne ",
            "-Xep:NullAway:ERROR",
            "<phase>process-sources</phase>\n            <goals>\n              <goal>check</goal>",
            "<id>default-testCompile</id>")) {
      assertTrue(build.contains(check), check);
    }
    assertTrue(read(".ci/run").contains("/../native-tests/run\"\n"), "what CI runs");
    assertTrue(read("native-tests/run").contains("  package_tree \"$checkout\"\n"));
    assertTrue(read("src/package/build").contains("  build_tree \"$checkout\"\n"));
  }

  @Test
  void only_the_demo_asks_for_the_build_without_checks() throws IOException {
    TreeMap<String, Long> asking = new TreeMap<>();
    for (String root :
        List.of(
            ".ci",
            ".github",
            ".mvn",
            "native-tests",
            "src/package",
            "src/quickstart",
            "src/setup",
            "src/demo",
            "src/cockpit",
            "src/main",
            "systemd")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          long times =
              QUICK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1)).results().count();
          if (times > 0) {
            asking.put(file.toString(), times);
          }
        }
      }
    }
    // Its comment, its function and the option; and the one call.
    assertEquals("{src/quickstart=1, src/setup/build.sh=3}", asking.toString());
  }
}
