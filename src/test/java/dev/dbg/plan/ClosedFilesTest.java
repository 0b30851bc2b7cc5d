package dev.dbg.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Shipped;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClosedFilesTest {
  @ParameterizedTest
  @CsvSource({
    "/proc/1/environ,environ",
    "/proc/1/fd,lsof",
    "/proc/1/fd/,lsof",
    "/proc/17/task/18/root/etc/passwd,lsof",
    "//proc//1//maps,pmap",
    "/proc/1/ns/net,lsns",
  })
  void a_closed_file_names_the_tool_that_shows_it(String path, String tool) {
    assertEquals(
        Optional.of(
            path
                + " is closed to a tool that sees the container's files: "
                + tool
                + " shows it, with pid"),
        ClosedFiles.advice(List.of("/etc", path)));
  }

  @Test
  void a_file_that_no_tool_shows_is_closed_all_the_same() {
    for (String path : List.of("/proc/1/io", "/proc/1/stack")) {
      assertEquals(
          Optional.of(path + " is closed to a tool that sees the container's files"),
          ClosedFiles.advice(List.of(path)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/proc/1/limits",
        "/proc/1",
        "/proc/self/environ",
        "/proc/sys/fs",
        "/x/proc/1/environ",
      })
  void other_files_are_open(String path) {
    assertEquals(Optional.empty(), ClosedFiles.advice(List.of(path)));
  }

  @Test
  void each_tool_that_is_named_is_shipped() throws Exception {
    Catalogue catalogue = Shipped.catalogue();
    for (String name : List.of("environ", "fd", "maps", "ns")) {
      String advice = ClosedFiles.advice(List.of("/proc/1/" + name)).orElseThrow();
      Matcher tool = Pattern.compile(": (\\w+) shows").matcher(advice);
      assertTrue(tool.find() && catalogue.tool(tool.group(1)).isPresent(), advice);
    }
  }
}
