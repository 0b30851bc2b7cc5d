package dev.dbg.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only what systemd-logind wrote about the login of this user says where it came from. */
class LoginSourceTest {
  /** As systemd 257 writes it. */
  private static final String FILE =
      """
      # This is private data. Do not parse.
      UID=1000
      USER=ann
      ACTIVE=1
      STATE=active
      REMOTE=1
      TYPE=tty
      ORIGINAL_TYPE=tty
      CLASS=user
      SCOPE=session-7.scope
      FIFO=/run/systemd/sessions/7.ref
      TTY=pts/0
      REMOTE_HOST=10.1.0.7
      SERVICE=sshd
      LEADER=4711
      AUDIT=7
      """;

  @TempDir private Path directory;

  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("7");
    write(FILE);
    assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "only root makes files of root's");
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
    mode("rw-r--r--");
  }

  private void mode(String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private Optional<String> source() {
    return LoginSource.of(directory, Optional.of(7L), Optional.of(1000L));
  }

  @Test
  void it_is_what_logind_noted() {
    assertEquals(Optional.of("10.1.0.7"), source());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2001:db8::17", "fe80::1%eth0", "bastion-1.example.org", "::1"})
  void it_may_be_any_address_or_name(String host) throws IOException {
    write(FILE.replace("10.1.0.7", host));
    assertEquals(Optional.of(host), source());
  }

  @Test
  void a_login_of_another_user_a_local_one_and_none_have_no_source() throws IOException {
    assertEquals(Optional.empty(), LoginSource.of(directory, Optional.of(7L), Optional.of(1001L)));
    assertEquals(Optional.empty(), LoginSource.of(directory, Optional.of(8L), Optional.of(1000L)));
    assertEquals(Optional.empty(), LoginSource.of(directory, Optional.empty(), Optional.of(1000L)));
    assertEquals(Optional.empty(), LoginSource.of(directory, Optional.of(7L), Optional.empty()));
    write(FILE.replace("REMOTE=1", "REMOTE=0"));
    assertEquals(Optional.empty(), source());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-o",
        ".",
        "a b",
        "10.1.0.7\\n",
        "\"10.1.0.7\"",
        "$(id)",
        "a\u001b[31m",
        "é",
      })
  void what_is_no_address_or_name_is_left_out(String host) throws IOException {
    write(FILE.replace("10.1.0.7", host));
    assertEquals(Optional.empty(), source());
  }

  @Test
  void a_name_has_at_most_253_characters() throws IOException {
    write(FILE.replace("10.1.0.7", "a".repeat(253)));
    assertEquals(Optional.of("a".repeat(253)), source());
    write(FILE.replace("10.1.0.7", "a".repeat(254)));
    assertEquals(Optional.empty(), source());
  }

  /** A line that a value of another line brought in does not count, nor does the true one then. */
  @ParameterizedTest
  @ValueSource(strings = {"REMOTE_HOST=10.9.9.9", "REMOTE=1", "UID=1000"})
  void what_stands_there_twice_says_nothing(String line) throws IOException {
    write(FILE + line + "\n");
    assertEquals(Optional.empty(), source());
  }

  @Test
  void a_file_that_others_can_write_a_link_and_a_long_one_say_nothing() throws Exception {
    for (String mode : new String[] {"rw-rw-r--", "rw-r--rw-"}) {
      mode(mode);
      assertEquals(Optional.empty(), source(), mode);
    }
    mode("rw-r--r--");
    Files.setAttribute(file, "unix:uid", 1000);
    assertEquals(Optional.empty(), source(), "not root's");
    Files.setAttribute(file, "unix:uid", 0);
    assertEquals(Optional.of("10.1.0.7"), source());
    Path other = Files.move(file, directory.resolve("other"));
    Files.createSymbolicLink(file, other);
    assertEquals(Optional.empty(), source(), "a link");
    Files.delete(file);
    Files.createDirectory(file);
    assertEquals(Optional.empty(), source(), "a directory");
    Files.delete(file);
    write(FILE + "#".repeat(8192));
    assertEquals(Optional.empty(), source(), "long");
  }
}
