package dev.dbg.enter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HelperReportTest {
  private static byte[] bytes(String said) {
    return said.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void a_report_without_an_errno_is_its_text() {
    byte[] said = bytes("\177\0cannot execute /usr/bin/x: why\0");

    assertEquals(127, HelperReport.status(said));
    assertEquals("cannot execute /usr/bin/x: why", HelperReport.message(said));
  }

  @Test
  void an_errno_is_translated() {
    // EPERM is 1.
    String message = HelperReport.message(bytes("}\1setns user of the target\0"));

    assertEquals(125, HelperReport.status(bytes("}\1x\0")));
    assertTrue(message.startsWith("setns user of the target: "), message);
    assertTrue(message.contains("(EPERM): "), message);
  }

  @Test
  void of_two_reports_the_first_counts() {
    assertEquals("first", HelperReport.message(bytes("}\0first\0}\0second\0")));
  }

  @Test
  void a_report_that_was_cut_is_what_there_is_of_it() {
    assertEquals("cu", HelperReport.message(bytes("}\0cu")));
    assertEquals("", HelperReport.message(bytes("}\0")));
  }
}
