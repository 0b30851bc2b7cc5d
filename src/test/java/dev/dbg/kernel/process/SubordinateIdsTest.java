package dev.dbg.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.process.SubordinateIds.Range;
import dev.dbg.kernel.process.SubordinateIds.Table;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubordinateIdsTest {
  private static List<Range> ranges(String text) throws IOException {
    return SubordinateIds.ranges(text, "subuid");
  }

  private static Table table(String text) throws IOException {
    return new Table(ranges(text), Optional.empty());
  }

  private static boolean has(Table table, long uid) {
    return !table.with(new Uid(uid)).isEmpty();
  }

  @Test
  void a_line_gives_its_owner_so_many_ids() throws IOException {
    Table table = table("# ids\nana:100000:65536\n\n1001:300000:1\n");

    assertFalse(has(table, 99_999));
    assertTrue(has(table, 100_000));
    assertTrue(has(table, 165_535));
    assertFalse(has(table, 165_536));
    assertTrue(has(table, 300_000));
    assertFalse(has(table, 300_001));
    assertEquals("1001", table.with(new Uid(300_000)).getFirst().owner());
  }

  @Test
  void ranges_may_overlap() throws IOException {
    Table table = table("root:100000:1000000\nana:200000:65536\nbob:200100:10");

    assertEquals(3, table.with(new Uid(200_105)).size());
    assertEquals(1, table.with(new Uid(150_000)).size());
  }

  @Test
  void numbers_are_read_as_newuidmap_reads_them() throws IOException {
    assertEquals(List.of(new Range("ana", 0x10000, 0x1FFFF)), ranges("ana:0x10000:0x10000"));
    assertEquals(List.of(new Range("ana", 8, 15)), ranges("ana:010:010"));
    assertEquals(List.of(), ranges("ana:100000:0"));
  }

  @Test
  void a_range_ends_where_the_ids_end() throws IOException {
    assertEquals(
        List.of(new Range("ana", 4_294_967_000L, 0xFFFF_FFFFL)), ranges("ana:4294967000:65536"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ana",
        "ana:100000",
        "ana:ten:65536",
        "ana:-1:65536",
        "ana:100000:99999999999999999999",
        "ana:#10:10"
      })
  void a_line_that_is_not_understood_is_not_passed_over(String line) {
    IOException mistake = assertThrows(IOException.class, () -> ranges("bob:1:1\n" + line));

    assertTrue(
        String.valueOf(mistake.getMessage()).startsWith("subuid:2: not NAME:FIRST:COUNT"),
        mistake::getMessage);
  }

  @Test
  void an_id_of_the_owner_or_of_roots_range_is_nobody_elses() {
    Range range = new Range("ana", 1000, 1000);

    assertFalse(range.isAnothers(new Uid(1000), Optional.of(new Uid(1000))));
    assertFalse(range.isAnothers(new Uid(1000), Optional.of(Uid.ROOT)));
    assertTrue(range.isAnothers(new Uid(1000), Optional.of(new Uid(1001))));
    assertTrue(range.isAnothers(new Uid(1000), Optional.empty()));
  }

  @Test
  void an_owner_is_found_by_name_and_by_number() {
    assertEquals(Optional.of(Uid.ROOT), new Range("root", 1, 1).ownerUid());
    assertEquals(Optional.of(new Uid(4711)), new Range("4711", 1, 1).ownerUid());
    assertEquals(Optional.empty(), new Range("nobody-has-this-name", 1, 1).ownerUid());
  }

  @Test
  void no_file_gives_no_ids_and_one_that_others_could_write_is_not_believed(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("subuid");
    SubordinateIds ids = new SubordinateIds(file);
    assertEquals(new Table(List.of(), Optional.empty()), ids.now());

    // Its parent /tmp is everybody's.
    Files.writeString(file, "ana:100000:65536\n");

    assertTrue(ids.now().ranges().isEmpty());
    assertTrue(ids.now().trouble().isPresent());
  }
}
