package dev.dbg.audit.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dbg.audit.write.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Links that another user has left where dbgd writes: the notes of the delivery are that user's.
 */
class PrivateFilesTest {
  private static final int OTHER = 65534;

  @TempDir private Path directory;

  private Path notes;
  private Path precious;

  @BeforeEach
  void plant() throws IOException {
    notes = Files.createDirectory(directory.resolve("notes"));
    precious = Files.writeString(directory.resolve("precious"), "as it was");
    Path _ = Files.createSymbolicLink(notes.resolve("siem.cursor.new"), precious);
    Path _ = Files.createSymbolicLink(notes.resolve("lock"), directory.resolve("made"));
  }

  private static String refusal(Path directory) {
    return String.valueOf(
        assertThrows(IOException.class, () -> PrivateFiles.createDirectories(directory))
            .getMessage());
  }

  @Test
  void nothing_is_written_where_a_link_leads() throws IOException {
    assertThrows(
        IOException.class,
        () -> PrivateFiles.replace(notes.resolve("siem.cursor"), "7:" + "0".repeat(64)));
    assertThrows(IOException.class, () -> DirectoryLock.take(notes).close());
    assertEquals("as it was", Files.readString(precious));
    assertFalse(Files.exists(directory.resolve("made")));
  }

  @Test
  void a_directory_that_others_can_write_is_not_used() throws IOException {
    PrivateFiles.createDirectories(notes);
    for (String mode : new String[] {"rwxrwxr-x", "rwxr-xrwx", "rwxrwxrwx"}) {
      Path _ = Files.setPosixFilePermissions(notes, PosixFilePermissions.fromString(mode));
      assertTrue(refusal(notes).endsWith("chmod go-w " + notes), mode);
    }
  }

  @Test
  void a_directory_or_link_of_another_user_is_not_used() throws IOException {
    Path own = Files.createDirectory(directory.resolve("own"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), own);
    PrivateFiles.createDirectories(link);
    assumeTrue(Files.getAttribute(own, "unix:uid").equals(0), "only root can give files away");

    Path _ = Files.setAttribute(notes, "unix:uid", OTHER);
    Path _ = Files.setAttribute(link, "unix:uid", OTHER, LinkOption.NOFOLLOW_LINKS);

    assertTrue(refusal(notes).contains("belongs to uid 65534"), refusal(notes));
    assertTrue(refusal(link).contains("belongs to uid 65534"), refusal(link));
  }
}
