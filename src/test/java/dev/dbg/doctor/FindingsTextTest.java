package dev.dbg.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.doctor.Finding.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FindingsTextTest {
  private static final Finding HOST = Finding.forEverybody("host", "Linux", Health.WORKS.with(""));

  private static Finding finding(String area, String what, Health health, String message) {
    return Finding.forEverybody(area, what, health.with(message));
  }

  @Test
  void the_worst_findings_are_first_and_the_verdict_is_last() {
    assertEquals(
        """
        host      Linux
        FAILS     runtime docker: no answer
        degraded  kernel a, b: too old
        works     limit descriptors (3 of 9 open)
        absent    tool mtr (package: mtr-tiny)
        some sessions will fail here; 1 of 4 checks failed: runtime docker; 2 of 4 checks are degraded: kernel a, kernel b
        """,
        FindingsText.text(
            List.of(
                HOST,
                finding("kernel", "a", Health.DEGRADED, "too old"),
                finding("limit", "descriptors", Health.WORKS, "3 of 9 open"),
                finding("runtime", "docker", Health.FAILS, "no answer"),
                finding("tool", "mtr", Health.ABSENT, "Debian's package: mtr-tiny"),
                finding("kernel", "b", Health.DEGRADED, "too old"))));
  }

  @Test
  void a_degraded_check_does_not_change_the_verdict_that_dbg_works() {
    assertEquals("host      Linux\ndbg will work here\n", FindingsText.text(List.of(HOST)));
    Finding degraded = finding("limit", "memory", Health.DEGRADED, "none");
    assertEquals(
        "dbg will work here; 1 of 1 checks is degraded: limit memory",
        FindingsText.text(List.of(degraded)).lines().toList().getLast());
  }

  @Test
  void a_long_list_of_tools_takes_several_lines_that_each_name_the_area() {
    List<Finding> tools = new ArrayList<>();
    IntStream.range(100, 140)
        .forEach(i -> tools.add(finding("tool", "tool" + i, Health.WORKS, "")));
    List<String> lines = FindingsText.text(tools).lines().toList();
    assertEquals(6, lines.size());
    assertEquals(
        lines.subList(0, 5),
        lines.stream()
            .filter(line -> line.startsWith("works     tool tool1") && line.length() <= 100)
            .toList());
  }
}
