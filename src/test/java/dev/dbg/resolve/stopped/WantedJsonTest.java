package dev.dbg.resolve.stopped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WantedJsonTest {
  private static final int MEGABYTE = 1 << 20;

  @Test
  void the_wanted_fields_are_there_and_no_others() throws Exception {
    String json = "{\"a\":{\"b\":[1,{\"wanted\":2}]},\"wanted\":{\"c\":\"d\"},\"e\":null}";

    assertEquals(
        "{\"wanted\":{\"c\":\"d\"}}", WantedJson.of(json, Set.of("wanted", "f")).toString());
  }

  /** As trees each of these takes eighteen megabytes, or more. Names are made and not kept. */
  @ParameterizedTest
  @ValueSource(strings = {"\"a\",", "{},", "[],", "{\"a\":0},"})
  void nothing_is_made_of_a_megabyte_of_what_is_not_wanted(String word) throws Exception {
    String json =
        "{\"args\":[%s0],\"mounts\":[]}".formatted(word.repeat(MEGABYTE / word.length() - 16));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    int mounts = WantedJson.of(json, Set.of("mounts")).path("mounts").size();
    long before = threads.getCurrentThreadAllocatedBytes();
    mounts += WantedJson.of(json, Set.of("mounts")).path("mounts").size();
    long made = threads.getCurrentThreadAllocatedBytes() - before;

    assertEquals(0, mounts);
    assertTrue(made < 8 * MEGABYTE, made + " bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "{", "{\"a\":", "{\"mounts\":[}"})
  void what_is_cut_or_is_no_object_is_a_failure(String json) {
    assertThrows(IOException.class, () -> WantedJson.of(json, Set.of("mounts")));
  }
}
