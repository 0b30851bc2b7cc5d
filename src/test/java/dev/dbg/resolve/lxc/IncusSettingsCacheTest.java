package dev.dbg.resolve.lxc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.dbg.kernel.file.FileStamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IncusSettingsCacheTest {
  private static final FileStamp STAMP = new FileStamp(1, 1);
  private static final int MANY = 500;

  private final IncusSettingsCache known = new IncusSettingsCache();

  /** As many labels as are kept of one container. */
  private static IncusSettings full() {
    Map<String, String> labels =
        IntStream.range(0, 256)
            .mapToObj("user.%d"::formatted)
            .collect(Collectors.toMap(Function.identity(), key -> key + "x".repeat(40)));
    return new IncusSettings("f358", Optional.of(labels));
  }

  private List<IncusSettings> all() {
    return IntStream.range(0, MANY)
        .mapToObj(i -> known.of("c" + i, STAMP, IncusSettingsCacheTest::full))
        .toList();
  }

  @Test
  void labels_of_all_containers_together_have_a_limit() {
    List<IncusSettings> all = all();

    long told = all.stream().mapToLong(IncusSettings::size).sum();
    assertTrue(told > IncusSettingsCache.MOST_LABELS / 2, "bytes: " + told);
    assertTrue(told <= IncusSettingsCache.MOST_LABELS, "bytes: " + told);
    assertEquals(full(), all.getFirst());
    assertEquals(new IncusSettings("f358", Optional.empty()), all.getLast());
    assertEquals(all.getLast(), known.of("c" + (MANY - 1), STAMP, () -> fail("is read again")));
  }

  @Test
  void a_removed_container_makes_room() {
    IncusSettings _ = all().getFirst();
    known.keepOnly(List.of("c0"));

    assertEquals(full(), known.of("c0", STAMP, () -> fail("is read again")));
    assertEquals(full(), known.of("another", STAMP, IncusSettingsCacheTest::full));
  }

  @Test
  void changed_settings_replace_the_earlier_ones() {
    for (int i = 2; i < MANY; i++) {
      assertEquals(full(), known.of("c", new FileStamp(1, i), IncusSettingsCacheTest::full));
    }
  }

  @Test
  void no_file_is_read_beyond_the_limit_of_containers() {
    for (int i = 0; i < 5000; i++) {
      IncusSettings _ = known.of("c" + i, STAMP, () -> new IncusSettings("f358", Optional.empty()));
    }
    assertEquals(IncusSettings.UNKNOWN, known.of("c5000", STAMP, () -> fail("is read")));
  }

  @Test
  void where_there_is_no_file_nothing_is_known() {
    assertEquals(full(), known.of("c", STAMP, IncusSettingsCacheTest::full));
    assertEquals(IncusSettings.UNKNOWN, known.of("c", FileStamp.MISSING, () -> fail("is read")));
  }
}
