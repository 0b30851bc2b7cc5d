package dev.dbg.nativetests.view;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.BareProcess;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With {@code -w} a tool starts in a directory of the container's. Whatever links the container has
 * there, the directory is below the tool's root, and the tool's user may enter it.
 */
@Tag("native")
@Tag("whole")
final class WorkingDirectoryTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-directory"]
      namespaces = ["net", "mnt", "pid"]
      tools = ["look", "attempt", "ls", "ss", "lsof"]
      user-switch = true
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  @RegisterExtension static final Host withoutLandlock = Host.with(POLICY).without("landlock");

  @RegisterExtension static final Host following = Host.with(POLICY).without("landlock", "in-root");

  @BeforeAll
  static void start() {
    Image image =
        Image.named("directory")
            .has("/here/inside", "text\n")
            .links("/to-here", "/here")
            .links("/to-root", "/")
            .links("/up", "../../../../../..");
    host.docker()
        .starts("dbgt-directory", image, List.of("--tmpfs=/private:mode=700"), "/arrange")
        .prints("arranged");
  }

  private static String line(String directory, String namespaces) {
    return "-w %s dbgt-directory %s -- look directory".formatted(directory, namespaces);
  }

  @ParameterizedTest
  @CsvSource({
    "/here,/here",
    "/to-here,/here",
    "/to-root,/",
    "/up,/",
    "/to-root/here/,/here",
    "/proc,/proc",
  })
  void a_tool_starts_in_a_directory_of_the_containers(String directory, String seen) {
    for (String namespaces : List.of("mnt", "mnt,pid", "net,mnt,pid")) {
      host.ann().runs(line(directory, namespaces)).exits(0).prints(seen + "\n").isRecorded();
    }
  }

  @Test
  void a_relative_path_is_below_it() {
    host.ann()
        .runs("-w /here dbgt-directory mnt -- look file inside")
        .exits(0)
        .prints("text\n")
        .isRecorded();
  }

  @ParameterizedTest
  @CsvSource({
    "/nowhere,No such file or directory",
    "/here/inside,Not a directory",
    "/here/inside/x,Not a directory",
  })
  void a_working_directory_that_is_none_is_reported(String directory, String why) {
    for (String namespaces : List.of("mnt", "mnt,pid")) {
      host.ann()
          .runs(line(directory, namespaces))
          .isNotRun(Ran.DBG_FAILED, "-w " + directory + ": " + why);
    }
  }

  @Test
  void a_working_directory_needs_the_rights_of_the_tools_user() {
    host.ann().runs(line("/private", "mnt")).exits(0).prints("/private\n");
    host.ann()
        .runs("-u 1000:1000 " + line("/private", "mnt"))
        .isNotRun(Ran.DBG_FAILED, "-w /private: Permission denied");
  }

  /**
   * CVE-2024-21626. Each of the defences suffices; the message says which one it was. Behind
   * Landlock the tool does not even see the process.
   */
  @ParameterizedTest
  @ValueSource(strings = {"root", "cwd", "root/etc", "task/PID/root"})
  void a_link_of_a_procfs_is_no_way_out(String link) {
    BareProcess powerless =
        BareProcess.in("--uts", "setpriv", "--bounding-set=-all", "--inh-caps=-all");
    String pid = Long.toString(powerless.pid());
    String line = line("/proc/" + pid + "/" + link.replace("PID", pid), "mnt");

    host.ann().runs(line).isNotRun(Ran.DBG_FAILED, "No such file or directory");
    withoutLandlock
        .ann()
        .runs(line)
        .isNotRun(Ran.DBG_FAILED, "it leads through a link of a procfs");
    following.ann().runs(line).isNotRun(Ran.DBG_FAILED, "not below the tool's root directory");

    powerless.ends();
  }

  @Test
  void a_working_directory_needs_the_containers_files() {
    host.ann()
        .runs("-w /here dbgt-directory net -- ss -tln")
        .isRefused("-w names a directory of the container's, which ss sees only with mnt");
    host.ann()
        .runs("-w /here dbgt-directory mnt,pid -- lsof -nP")
        .isRefused("-w names a directory of the container's, and lsof never sees those");
  }
}
