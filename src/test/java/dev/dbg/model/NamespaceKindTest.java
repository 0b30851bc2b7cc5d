package dev.dbg.model;

import static dev.dbg.model.NamespaceKind.CGROUP;
import static dev.dbg.model.NamespaceKind.IPC;
import static dev.dbg.model.NamespaceKind.MNT;
import static dev.dbg.model.NamespaceKind.NET;
import static dev.dbg.model.NamespaceKind.PID;
import static dev.dbg.model.NamespaceKind.TIME;
import static dev.dbg.model.NamespaceKind.USER;
import static dev.dbg.model.NamespaceKind.UTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.model.NamespaceKind.Joiner;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceKindTest {
  @ParameterizedTest
  @CsvSource({
    "NET, net, n", "MNT, mnt, m", "PID, pid, p", "IPC, ipc, i",
    "UTS, uts, u", "USER, user, U", "CGROUP, cgroup, C", "TIME, time, T",
  })
  void a_word_and_nsenter_s_letter_mean_the_same(NamespaceKind kind, String word, String letter) {
    assertEquals(kind, NamespaceKind.of(word));
    assertEquals(kind, NamespaceKind.of(letter));
    assertEquals(Set.of(kind), NamespaceKind.selection(word));
    assertEquals(Set.of(kind), NamespaceKind.selection(letter));
    assertEquals(word, kind.toString());
  }

  @Test
  void all_means_every_kind() {
    assertEquals(EnumSet.allOf(NamespaceKind.class), NamespaceKind.selection("all"));
  }

  @Test
  void words_and_letters_mix_in_any_order() {
    assertEquals(Set.of(NET, UTS, IPC), NamespaceKind.selection("i,net,u"));
  }

  @Test
  void a_selection_is_printed_in_the_order_of_the_table() {
    assertEquals("net,ipc,uts", NamespaceKind.words(Set.of(UTS, IPC, NET)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"net,net", "net,n", "u,uts", "net,uts,net"})
  void a_kind_named_twice_is_refused(String text) {
    assertEquals(
        true, refused(text).matches("namespace '(net|n|uts)' is named twice"), refused(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "net,",
        ",net",
        "net,,uts",
        " net",
        "net ",
        "net, uts",
        "NET",
        "Net",
        "N",
        "nu",
        "all,net",
        "net,all",
        "ALL",
        "mount",
        "network",
        "a",
        "0",
        "net\u0000",
        "-net",
        "net;uts",
      })
  void what_is_no_kind_is_refused(String text) {
    assertEquals(
        true,
        refused(text).endsWith(": one or more of net,mnt,pid,ipc,uts,user,cgroup,time, or all"),
        refused(text));
  }

  @Test
  void a_refusal_cannot_paint_the_terminal() {
    assertEquals(
        "unknown namespace '\\x1b[2Jnet'",
        refused("\u001b[2Jnet").replaceFirst(": one or more.*", ""));
  }

  /** The CLONE_NEW flags of linux/sched.h. */
  @Test
  void each_kind_has_the_kernel_s_flag() {
    assertEquals(
        List.of(
            0x40000000,
            0x00020000,
            0x20000000,
            0x08000000,
            0x04000000,
            0x10000000,
            0x02000000,
            0x00000080),
        Arrays.asList(NET, MNT, PID, IPC, UTS, USER, CGROUP, TIME).stream()
            .map(NamespaceKind::cloneFlag)
            .toList());
  }

  @Test
  void no_thread_of_the_daemon_ever_joins_pid_user_or_time() {
    for (NamespaceKind kind : NamespaceKind.values()) {
      assertEquals(
          Set.of(MNT, PID, USER, TIME).contains(kind),
          kind.joinedBy() == Joiner.HELPER,
          kind.word());
    }
  }

  private static String refused(String text) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> NamespaceKind.selection(text))
            .getMessage());
  }
}
