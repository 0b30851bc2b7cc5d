package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The shipped groups of tools. */
class ToolGroupsTest {
  private static final Catalogue CATALOGUE = Shipped.catalogue();

  /** With these a tool can change, intercept or forge something. */
  private static final Set<Capability> HARMLESS =
      Set.of(Capability.DAC_READ_SEARCH, Capability.SYS_PTRACE, Capability.NET_RAW);

  /**
   * Whatever is added to a group widens policies that are in force: say so in the changelog, and
   * then here.
   */
  @Test
  void a_group_has_exactly_the_tools_that_were_decided_on() {
    assertEquals(
        Map.of(
            "network",
                words(
                    "arp bridge dig ethtool getent host ifconfig ip lnstat mtr netstat nslookup nstat"
                        + " ping route ss sysctl tc tracepath traceroute"),
            "files",
                words(
                    "cat date df diff du file find findmnt getcap grep gzip head hexdump ldd ls"
                        + " md5sum mount readelf readlink sha1sum sha256sum sha512sum stat strings"
                        + " tail tree wc x509 xxd zcat"),
            "processes",
                words(
                    "free iostat lsns lsof mpstat pgrep pidof pidstat pmap ps sar top uptime vmstat")),
        CATALOGUE.groups().tools());
  }

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  @Test
  void every_tool_of_a_group_exists_is_listed_under_its_name_and_only_shows() {
    new TreeMap<>(CATALOGUE.groups().tools())
        .forEach(
            (group, names) -> {
              for (String name : names) {
                Tool tool = CATALOGUE.tool(name).orElseThrow();
                assertEquals(group, tool.about().group(), name);
                assertFalse(tool.isTracer(), name);
                assertTrue(HARMLESS.containsAll(tool.capabilities()), name);
              }
            });
  }

  @Test
  void an_entry_that_names_a_group_does_not_join_it() throws Exception {
    Tool mine =
        ToolFile.parse(
            "m.toml", "name = \"mine\"\nsummary = \"s\"\nwhy = \"w\"\ngroup = \"network\"\n");
    Catalogue all = CATALOGUE.with(List.of(mine));
    assertEquals("network", all.tool("mine").orElseThrow().about().group());
    assertEquals(CATALOGUE.groups(), all.groups());
  }
}
