package dev.dbg.nativetests.start;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;

import dev.dbg.nativetests.scene.host.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * dbgd does not start with files that others than root could have written, and says which file and
 * why.
 */
@Tag("native")
final class TrustedFilesTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static Path directory() {
    return host.directory().resolve("other");
  }

  private static Path config() {
    return directory().resolve("dbgd.toml");
  }

  @BeforeEach
  void writeConfig() throws IOException {
    Files.createDirectories(directory());
    Files.deleteIfExists(config());
    Files.writeString(config(), host.config().other());
  }

  private static UserPrincipal ann() throws IOException {
    return config()
        .getFileSystem()
        .getUserPrincipalLookupService()
        .lookupPrincipalByName(host.ann().name());
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static void isRefused(Path file, String... parts) {
    host.installed()
        .startsAnother(config())
        .exits(DBG_FAILED)
        .says("dbgd: ", file.toString())
        .says(parts);
  }

  @Test
  void a_configuration_below_a_link_that_leads_where_anybody_can_write() throws IOException {
    Path open = Files.createDirectory(host.directory().resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.copy(config(), open.resolve("dbgd.toml"));
    Path link = Files.createSymbolicLink(host.directory().resolve("link"), open);

    host.installed()
        .startsAnother(link.resolve("dbgd.toml"))
        .exits(DBG_FAILED)
        .says("dbgd: ", "lies below " + open, "chmod go-w " + open);
  }

  /** Ann could lead it to another of root's, such as an older one that permits more. */
  @Test
  void a_configuration_behind_a_link_that_leads_through_somebody_elses_directory()
      throws IOException {
    Path anns = Files.createDirectory(host.directory().resolve("anns"));
    Path onward = Files.createSymbolicLink(anns.resolve("onward"), directory());
    Path link = Files.createSymbolicLink(host.directory().resolve("first"), onward);
    Files.setOwner(anns, ann());

    host.installed()
        .startsAnother(link.resolve("dbgd.toml"))
        .exits(DBG_FAILED)
        .says("dbgd: ", "lies below " + anns, "chown root " + anns);
  }

  /** The kernel goes up from where the link leads. */
  @Test
  void a_configuration_above_where_a_link_leads() throws IOException {
    Path anns = Files.createDirectory(host.directory().resolve("above"));
    Path below = Files.createDirectory(anns.resolve("below"));
    Files.copy(config(), anns.resolve("dbgd.toml"));
    Path link = Files.createSymbolicLink(host.directory().resolve("down"), below);
    Files.setOwner(anns, ann());

    host.installed()
        .startsAnother(link.resolve("../dbgd.toml"))
        .exits(DBG_FAILED)
        .says("dbgd: ", "lies below " + anns);
  }

  @Test
  void a_configuration_that_is_not_roots() throws IOException {
    Files.setOwner(config(), ann());

    isRefused(config(), "belongs to uid", "not root", "chown root");
  }

  @Test
  void a_configuration_that_a_group_can_write() throws IOException {
    mode(config(), "rw-rw-r--");

    isRefused(config(), "can be written by others than root", "chmod go-w");
  }

  @Test
  void a_configuration_in_a_directory_that_others_can_write() throws IOException {
    mode(directory(), "rwxrwxr-x");
    try {
      isRefused(directory(), "others than root can write", "chmod go-w");
    } finally {
      mode(directory(), "rwxr-xr-x");
    }
  }

  @Test
  void a_configuration_that_is_a_link() throws IOException {
    Files.delete(config());
    Files.createSymbolicLink(config(), host.config().file());

    isRefused(config());
  }

  @Test
  void a_configuration_that_is_not_there() throws IOException {
    Files.delete(config());

    isRefused(config());
  }

  @Test
  void a_configuration_with_a_key_that_nobody_knows() throws IOException {
    Files.writeString(config(), host.config().other().replace("group =", "grup ="));

    isRefused(config(), ":3:", "grup");
  }

  @Test
  void a_policy_that_is_not_roots() throws IOException {
    Files.setOwner(host.config().policyFile(), ann());
    try {
      isRefused(host.config().policyFile(), "not root", "chown root");
    } finally {
      Files.setOwner(host.config().policyFile(), Files.getOwner(host.config().file()));
    }
  }

  @Test
  void a_policy_that_others_can_write() throws IOException {
    mode(host.config().policyFile(), "rw-r--rw-");
    try {
      isRefused(host.config().policyFile(), "can be written by others than root", "chmod go-w");
    } finally {
      mode(host.config().policyFile(), "rw-r--r--");
    }
  }

  @Test
  void a_directory_of_policies_or_of_tools_that_others_can_write() throws IOException {
    for (Path of : List.of(host.config().policyFile(), host.directory().resolve("tools.d/x"))) {
      Path directory = Objects.requireNonNull(of.getParent());
      Set<PosixFilePermission> before = Files.getPosixFilePermissions(directory);
      mode(directory, "rwxrwxr-x");
      try {
        isRefused(directory, "lies below", "others than root can write", "chmod go-w");
      } finally {
        Files.setPosixFilePermissions(directory, before);
      }
    }
  }

  @Test
  void a_tools_file_that_others_can_write() throws IOException {
    Path tool = host.directory().resolve("tools.d/act.toml");
    mode(tool, "rw-rw-r--");
    try {
      isRefused(tool, "can be written by others than root", "chmod go-w");
    } finally {
      mode(tool, "rw-r--r--");
    }
  }

  @Test
  void a_tool_that_others_can_write_is_not_run() throws IOException {
    host.docker().starts("dbgt-files-trusted");
    Path program = host.directory().resolve("writable");
    Files.copy(Path.of("/usr/bin/hostname"), program);
    mode(program, "rwxrwxr-x");
    host.config().writeTool("look", program, "");
    host.daemon().reloads().says("/action", "load");

    host.ann()
        .runs("dbgt-files-trusted uts -- look x")
        .fails(126, program.toString(), "can be written by others than root");
  }

  /** It is root's own, and in root's directory, but another than root named. */
  @Test
  void a_tool_that_somebody_elses_link_leads_to_is_not_run() throws IOException {
    host.docker().starts("dbgt-files-linked");
    Path anns = Files.createDirectory(host.directory().resolve("anns-programs"));
    Path program = Files.createSymbolicLink(anns.resolve("look"), Path.of("/usr/bin/hostname"));
    Files.setOwner(anns, ann());
    host.config().writeTool("look", program, "");
    host.daemon().reloads().says("/action", "load");

    host.ann()
        .runs("dbgt-files-linked uts -- look x")
        .fails(126, program.toString(), "lies below " + anns);
  }
}
