package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.toml.TomlMistake;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private static final String WELL = "name = \"x\"\nsummary = \"s\"\nwhy = \"w\"\n";
  private static final String DAMAGED = WELL + "colour = true\n";

  @Test
  void an_entry_is_read_when_its_tool_is_first_asked_for_and_not_again() {
    Catalogue catalogue = Catalogue.ofEntries(List.of(entry("x", WELL), entry("y", DAMAGED)));
    assertEquals(Set.of("x", "y"), catalogue.names());
    assertTrue(catalogue.isPublished("y"));
    Tool tool = catalogue.tool("x").orElseThrow();
    assertEquals("s", tool.about().summary());
    assertSame(tool, catalogue.tool("x").orElseThrow());
    assertEquals(Optional.empty(), catalogue.tool("z"));
  }

  @Test
  void a_damaged_entry_is_no_tool() {
    Catalogue catalogue = Catalogue.ofEntries(List.of(entry("x", DAMAGED)));
    String message =
        String.valueOf(
            assertThrows(IllegalStateException.class, () -> catalogue.tool("x")).getMessage());
    assertTrue(message.startsWith("the catalogue is damaged: x.toml:4:1: unknown key"), message);
    assertThrows(IllegalStateException.class, catalogue::all);
  }

  @Test
  void reading_all_finds_each_mistake() {
    Catalogue catalogue =
        Catalogue.ofEntries(List.of(entry("x", DAMAGED), entry("y", WELL), entry("z", "1")));
    assertEquals(3, assertThrows(TomlMistake.class, catalogue::readAll).all().size());
  }

  @Test
  void a_file_with_the_name_of_another_tool_is_a_mistake() {
    assertEquals(
        "y.toml:1:1: the file of another tool than 'y'",
        assertThrows(
                TomlMistake.class, () -> Catalogue.ofEntries(List.of(entry("y", WELL))).readAll())
            .message());
  }

  @Test
  void an_own_tool_takes_the_place_of_a_shipped_one_that_is_damaged() throws Exception {
    Catalogue catalogue =
        Catalogue.ofEntries(List.of(entry("x", DAMAGED)))
            .with(List.of(ToolFile.parse("own.toml", WELL)));
    assertEquals("s", catalogue.tool("x").orElseThrow().about().summary());
    assertFalse(catalogue.isPublished("own"));
  }

  private static CatalogueEntry entry(String name, String text) {
    return CatalogueEntry.shipped(name, name + ".toml", text, "");
  }
}
