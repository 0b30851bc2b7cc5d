package dev.dbg.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.grammar.words.RunAs;
import dev.dbg.model.NamespaceKind;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Activity;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  private static final List<String> ALWAYS =
      List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C", "LC_CTYPE=C.UTF-8");

  @ParameterizedTest
  @ValueSource(strings = {"xterm", "xterm-256color", "screen", "linux", "rxvt+x", "9term", "a_b"})
  void a_terminal_s_name_is_passed_on(String terminal) {
    assertEquals(with("TERM=" + terminal), plan(terminal).environment());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../../tmp/evil",
        "/tmp/evil",
        "x/y",
        "xterm/../..",
        "xterm\n",
        "\nxterm",
        "xterm LD_PRELOAD=x",
        "xterm\0LD_PRELOAD=x",
        "LD_PRELOAD=/tmp/x",
        "-x",
        "_x",
        "xterm.x",
        "\u001b[2J",
        "xtermä",
        "\udcff",
        "$(id)",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      })
  void a_malformed_terminal_name_is_left_out(String terminal) {
    assertEquals(ALWAYS, plan(terminal).environment());
  }

  private static List<String> with(String more) {
    return Stream.concat(ALWAYS.stream(), Stream.of(more)).toList();
  }

  @Test
  void the_environment_is_nothing_of_the_operator_s_nor_of_the_daemon_s() {
    assertEquals(
        with("TERM=xterm"),
        plan("xterm").environmentBytes().stream()
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .toList());
  }

  @Test
  void the_tool_is_called_by_its_name_and_gets_the_words_that_were_decided() {
    Plan plan =
        Plan.of(
            tool("[]", false),
            Map.of(),
            RunAs.ROOT,
            Streams.HANDED,
            List.of("-n", "ä", "\udcff"),
            Optional.empty(),
            "");
    assertEquals(List.of("probe", "-n", "ä", "\udcff"), plan.argv());
  }

  @Test
  void a_tool_without_capabilities_gets_none() {
    assertEquals(0, plan("").capabilities());
    assertEquals(false, plan("").isTracer());
  }

  @Test
  void a_tool_gets_exactly_the_capabilities_of_its_entry() {
    Plan plan =
        Plan.of(
            tool("[\"SYS_PTRACE\", \"DAC_READ_SEARCH\"]", true),
            Map.of(),
            RunAs.ROOT,
            Streams.HANDED,
            List.of(),
            Optional.empty(),
            "");
    assertEquals(1L << 19 | 1L << 2, plan.capabilities());
    assertTrue(plan.isTracer());
    assertEquals(
        1L << 2 | 1L << 5 | 1L << 10 | 1L << 12 | 1L << 13 | 1L << 19,
        Capability.mask(EnumSet.allOf(Capability.class)));
  }

  /** Or a process of the host's user with that number could trace it. */
  @ParameterizedTest
  @CsvSource({"0,0,0", "0,5,0", "1000,1000,262144", "1000,0,262144"})
  void a_tool_of_another_user_has_a_capability_the_user_lacks(long uid, long gid, long more) {
    for (Map<NamespaceKind, String> namespaces :
        List.of(FILES_AND_PROCESSES, Map.of(NamespaceKind.USER, "user:[4]"))) {
      Plan plan =
          Plan.of(
              tool("[\"NET_RAW\"]", false),
              namespaces,
              new RunAs(uid, gid),
              Streams.RELAYED,
              List.of(),
              Optional.empty(),
              "");
      assertEquals(1L << 13 | more, plan.capabilities());
    }
  }

  @Test
  void each_capability_has_the_number_of_linux_capability_h() throws Exception {
    Matcher defined =
        Pattern.compile("#define CAP_(\\w+)\\s+(\\d+)\\s")
            .matcher(Files.readString(Path.of("/usr/include/linux/capability.h")));
    int found = 0;
    while (defined.find()) {
      for (Capability capability : Capability.values()) {
        if (capability.name().equals(defined.group(1))) {
          found++;
          assertEquals(
              1L << Integer.parseInt(defined.group(2)), Capability.mask(Set.of(capability)));
        }
      }
    }
    assertEquals(Capability.values().length, found);
  }

  @Test
  void no_tool_can_ask_for_a_capability_that_is_as_good_as_root() {
    for (String root :
        List.of(
            "SYS_ADMIN",
            "SYS_MODULE",
            "SYS_RAWIO",
            "DAC_OVERRIDE",
            "SETUID",
            "SETGID",
            "SETPCAP",
            "SETFCAP",
            "CHOWN",
            "FOWNER",
            "MKNOD",
            "SYS_CHROOT",
            "SYS_BOOT",
            "BPF",
            "PERFMON",
            "MAC_ADMIN",
            "MAC_OVERRIDE",
            "LINUX_IMMUTABLE",
            "CHECKPOINT_RESTORE",
            "AUDIT_CONTROL")) {
      for (Capability capability : Capability.values()) {
        assertTrue(!capability.name().equals(root), root);
      }
    }
  }

  @Test
  void a_thread_of_dbgd_joins_no_namespace_of_the_helpers() {
    Map<NamespaceKind, String> all =
        Map.of(
            NamespaceKind.NET,
            "net:[1]",
            NamespaceKind.MNT,
            "mnt:[2]",
            NamespaceKind.UTS,
            "uts:[3]");
    Plan plan =
        Plan.of(
            tool("[]", false), all, RunAs.ROOT, Streams.HANDED, List.of(), Optional.empty(), "");

    assertEquals(
        Map.of(NamespaceKind.NET, "net:[1]", NamespaceKind.UTS, "uts:[3]"), plan.joinedByThread());
    assertEquals(View.CONTAINER, plan.view());
  }

  @Test
  void a_tool_joins_the_targets_or_an_empty_namespace_of_each_kind() {
    List<NamespaceKind> kinds = List.of(NamespaceKind.values());
    for (int bits = 0; bits < 1 << kinds.size(); bits++) {
      Map<NamespaceKind, String> chosen = new EnumMap<>(NamespaceKind.class);
      for (int at = 0; at < kinds.size(); at++) {
        if ((bits >> at & 1) != 0) {
          chosen.put(kinds.get(at), kinds.get(at) + ":[1]");
        }
      }
      Plan plan = chosen("", chosen);
      for (NamespaceKind kind : kinds) {
        boolean stays = kind == NamespaceKind.MNT || kind == NamespaceKind.USER;
        assertEquals(!stays && !chosen.containsKey(kind), plan.emptied().contains(kind));
      }
      assertTrue(plan.emptied().containsAll(plan.emptiedByThread()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        ";net;true",
        ";mnt;false",
        ";net,mnt;false",
        ";pid;false",
        ";pid,net;true",
        "requires = ['net'];net;true",
        "requires = ['net'];net,mnt;true",
        "requires = ['mnt'];net,mnt;false",
        "requires = ['net', 'mnt'];net,mnt;true",
        "capabilities = ['SYS_PTRACE'];net,mnt;true",
      })
  void a_tool_that_sees_the_container_s_files_makes_sockets_only_if_its_entry_needs_a_network(
      @Nullable String more, String kinds, boolean sockets) {
    Map<NamespaceKind, String> chosen = new EnumMap<>(NamespaceKind.class);
    NamespaceKind.selection(kinds).forEach(kind -> chosen.put(kind, kind + ":[1]"));
    String entry = more == null ? "" : more.replace('\'', '"');

    assertEquals(sockets, chosen(entry, chosen).activities().contains(Activity.SOCKETS));
  }

  private static Plan chosen(String more, Map<NamespaceKind, String> namespaces) {
    Tool tool =
        more.startsWith("capabilities") ? tool(more.substring(15), false) : tool("[]", false, more);
    return Plan.of(tool, namespaces, RunAs.ROOT, Streams.HANDED, List.of(), Optional.empty(), "");
  }

  private static final Map<NamespaceKind, String> FILES_AND_PROCESSES =
      Map.of(NamespaceKind.MNT, "mnt:[2]", NamespaceKind.PID, "pid:[3]");

  private static Plan planned(Tool tool) {
    return Plan.of(
        tool, FILES_AND_PROCESSES, RunAs.ROOT, Streams.RELAYED, List.of(), Optional.empty(), "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"['SYS_PTRACE'];false", "['SYS_PTRACE', 'DAC_READ_SEARCH'];true", "[];true"})
  void a_tool_that_looks_at_processes_is_not_shown_the_container_s_files(
      String capabilities, boolean tracer) {
    Plan plan = planned(tool(capabilities.replace('\'', '"'), tracer));

    assertEquals(View.OWN, plan.view());
    assertEquals(Map.of(NamespaceKind.PID, "pid:[3]"), plan.namespaces());
    assertEquals(tracer, plan.isTracer());
    assertEquals(capabilities.contains("SYS_PTRACE"), plan.seesAllProcesses());
  }

  @Test
  void a_tool_that_is_for_files_keeps_them_and_looks_at_no_process() {
    Plan plan =
        planned(tool("[\"SYS_PTRACE\", \"DAC_READ_SEARCH\"]", true, "requires = [\"mnt\"]"));

    assertEquals(View.CONTAINER, plan.view());
    assertEquals(Capability.mask(Set.of(Capability.DAC_READ_SEARCH)), plan.capabilities());
    assertFalse(plan.isTracer());
    assertFalse(plan.seesAllProcesses());
  }

  @ParameterizedTest
  @EnumSource(Capability.class)
  void no_plan_has_both_the_container_s_files_and_a_way_out_of_them(Capability capability) {
    long mask = Capability.mask(Set.of(capability));

    for (String more : List.of("", "requires = [\"mnt\"]")) {
      Plan plan = planned(tool("[\"" + capability + "\"]", true, more));
      assertTrue(plan.view() == View.OWN || !plan.isTracer());
      assertTrue(
          plan.view() == View.OWN
              || capability != Capability.SYS_PTRACE
              || plan.capabilities() == 0);
    }
    Plan plan = planned(tool("[]", false));
    if (capability == Capability.SYS_PTRACE) {
      assertThrows(IllegalArgumentException.class, () -> with(plan, mask));
    } else {
      assertEquals(mask, with(plan, mask).capabilities());
    }
  }

  private static Plan with(Plan plan, long capabilities) {
    return new Plan(
        FILES_AND_PROCESSES,
        plan.runAs(),
        plan.streams(),
        capabilities,
        Set.of(),
        plan.argv(),
        plan.directory(),
        plan.environment());
  }

  @Test
  void a_process_stands_between_where_the_tool_needs_a_parent_a_recorder_or_a_reader() {
    assertEquals(
        Streams.HANDED,
        Streams.of(Set.of(NamespaceKind.NET, NamespaceKind.MNT), false, false, false));
    assertEquals(Streams.RELAYED, Streams.of(Set.of(NamespaceKind.PID), false, false, false));
    assertEquals(Streams.RELAYED, Streams.of(Set.of(NamespaceKind.NET), false, true, false));
    assertEquals(Streams.RELAYED, Streams.of(Set.of(NamespaceKind.NET), false, false, true));
    assertEquals(Streams.TERMINAL, Streams.of(Set.of(NamespaceKind.PID), true, false, false));
    assertEquals(Streams.TERMINAL, Streams.of(Set.of(NamespaceKind.NET), true, true, true));
  }

  private static Plan plan(String terminal) {
    return Plan.of(
        tool("[]", false),
        Map.of(NamespaceKind.NET, "net:[1]"),
        RunAs.ROOT,
        Streams.HANDED,
        List.of(),
        Optional.empty(),
        terminal);
  }

  private static Tool tool(String capabilities, boolean tracer) {
    return tool(capabilities, tracer, "");
  }

  private static Tool tool(String capabilities, boolean tracer, String more) {
    try {
      return ToolFile.parse(
          "probe.toml",
          """
          name = "probe"
          summary = "made for tests"
          why = "it is made for tests"
          capabilities = %s
          tracer = %s
          %s
          """
              .formatted(capabilities, tracer, more));
    } catch (TomlMistake e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_working_directory_is_one_of_the_containers_files() {
    Tool tool = tool("[]", false);
    Plan plan =
        Plan.of(
            tool,
            Map.of(NamespaceKind.MNT, "mnt:[1]"),
            RunAs.ROOT,
            Streams.HANDED,
            List.of(),
            Optional.of("/etc"),
            "");
    assertEquals(Optional.of("/etc"), plan.directory());

    assertThrows(
        IllegalArgumentException.class,
        () ->
            Plan.of(
                tool,
                Map.of(NamespaceKind.NET, "net:[1]"),
                RunAs.ROOT,
                Streams.HANDED,
                List.of(),
                Optional.of("/etc"),
                ""));
  }
}
