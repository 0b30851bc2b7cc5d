package dev.dbg.toolroot;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.ToolFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dbgd makes ready at its start, while all sessions wait, is of no server's file system. */
class ReadyAtStartTest {
  private static boolean waitsForNobody(String more) throws TomlMistake {
    return ToolRoots.waitsForNobody(
        ToolFile.parse("true", "name = \"true\"\nsummary = \"x\"\nwhy = \"x\"\n" + more));
  }

  private static String helper(String file) {
    return "helper = \"%s\"\nexcludes = [\"mnt\"]\nforks = true".formatted(file);
  }

  @Test
  void a_tool_of_the_distribution_is_made_ready() throws Exception {
    assertTrue(waitsForNobody(""));
    assertTrue(waitsForNobody("file = \"/usr/bin/true\"\n" + helper("/usr/bin/env")));
  }

  @Test
  void one_that_is_elsewhere_or_names_another_place_is_not(@TempDir Path elsewhere)
      throws Exception {
    Path file = Files.createFile(elsewhere.resolve("true"));
    assertFalse(waitsForNobody("file = \"%s\"".formatted(file)));
    assertFalse(waitsForNobody(helper(file.toString())));
    assertFalse(waitsForNobody("libraries = [\"%s/*.so\"]".formatted(elsewhere)));
    assertFalse(waitsForNobody("data-files = [\"%s\"]".formatted(file)));
    assertFalse(waitsForNobody("variable = \"TERMINFO=%s\"".formatted(elsewhere)));
    assertFalse(waitsForNobody("file = \"/usr/local/bin/true\""));
  }

  /** As /etc/mtab does. */
  @Test
  void nor_is_one_whose_name_leads_elsewhere() throws Exception {
    assertTrue(Files.isRegularFile(Path.of("/etc/mtab")));
    assertFalse(waitsForNobody("file = \"/etc/mtab\""));
  }

  @Test
  void nor_is_one_that_the_host_lacks() throws Exception {
    assertFalse(waitsForNobody("file = \"/usr/bin/no-such-tool\""));
  }
}
