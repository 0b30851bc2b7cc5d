package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.CProgram;
import dev.dbg.kernel.ThisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whose connection to a forwarded port is, {@code src/main/c/dbg/forward/peer.c}. What the kernel
 * shows of real sockets is tried by {@code ForwardTest}; here are the tables that a test cannot
 * have it show.
 */
class PeerTest {
  private static final String THEIRS = "0100007F:9C40";
  private static final String MINE = "0100007F:1F90";
  private static final String MAPPED = "0000000000000000FFFF0000";

  private static final long ME = ThisProcess.user();
  private static final long ANOTHER = ME + 1;
  private static final String ESTABLISHED = "01";
  private static final String SYN_SENT = "02";

  @TempDir static Path directory;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    CProgram.compile("peer.c", directory.resolve("peer"));
  }

  private static String line(String theirs, String mine, String state, long uid, long inode) {
    return " 12: %s %s %s 00000000:00000000 00:00000000 00000000 %5d 0 %d 1 0000 20 4 30 10 -1%n"
        .formatted(theirs, mine, state, uid, inode);
  }

  private static String own() {
    return line(THEIRS, MINE, ESTABLISHED, ME, 77);
  }

  private static int owner(String... lines) throws IOException, InterruptedException {
    Path table = directory.resolve("table");
    Files.writeString(table, "  sl  local_address rem_address   st\n" + String.join("", lines));
    Process peer =
        new ProcessBuilder(
                directory.resolve("peer").toString(),
                table.toString(),
                MAPPED + THEIRS,
                MAPPED + MINE)
            .start();
    String said = new String(peer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertEquals(0, peer.waitFor());
    return Integer.parseInt(said.strip());
  }

  @Test
  void a_line_of_this_user_is_enough() throws Exception {
    assertEquals(1, owner(own()));
    assertEquals(1, owner(line(MAPPED + THEIRS, MAPPED + MINE, ESTABLISHED, ME, 77)));
  }

  @Test
  void another_users_line_a_closed_socket_and_one_that_tries_are_not() throws Exception {
    assertEquals(-1, owner(line(THEIRS, MINE, ESTABLISHED, ANOTHER, 77)));
    assertEquals(-1, owner(line(THEIRS, MINE, ESTABLISHED, ME, 0)));
    assertEquals(-1, owner(line(THEIRS, MINE, SYN_SENT, ME, 77)));
  }

  /** Two sockets can have the same ends if one of them is bound to a device, SO_BINDTODEVICE. */
  @Test
  void another_users_line_counts_beside_an_own_one() throws Exception {
    String others = line(THEIRS, MINE, ESTABLISHED, ANOTHER, 78);
    assertEquals(-1, owner(own(), others));
    assertEquals(-1, owner(others, own()));
  }

  @Test
  void lines_with_other_ends_say_nothing() throws Exception {
    assertEquals(
        0,
        owner(
            line(MINE, THEIRS, ESTABLISHED, ME, 77),
            line("0200007F:9C40", MINE, ESTABLISHED, ME, 77),
            line("0100007F:9C41", MINE, ESTABLISHED, ANOTHER, 77)));
  }
}
