package dev.dbg.doctor;

import dev.dbg.cgroup.SessionGroups;
import dev.dbg.doctor.Finding.CheckStatus;
import dev.dbg.doctor.Finding.Health;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.KernelText;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.Privilege;
import dev.dbg.kernel.probe.KernelFeature;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Checks that the kernel has the features that dbgd needs and dbgd.service permits them. */
public final class KernelChecks {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path OPEN = Path.of("/proc/self/fd");
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Path RUNTIME_DIRECTORIES = Path.of("/run/user");
  private static final String LIMIT = "Max open files";

  /** Descriptors of a session: more than any session had open when it was measured. */
  private static final int EACH = 32;

  private KernelChecks() {}

  /** Uses each system call and file system that dbg needs, in a thread that then ends. */
  public static List<Finding> features() {
    return OneUseThread.start(
            "doctor-kernel",
            () ->
                Arrays.stream(KernelFeature.values())
                    .map(f -> Finding.forEverybody("kernel", f.word(), verdict(f)))
                    .toList())
        .join();
  }

  private static CheckStatus verdict(KernelFeature feature) {
    try {
      return Health.WORKS.with(feature.attempt());
    } catch (KernelException e) {
      String message = "%s: %s".formatted(feature.loss(), e.message());
      return feature.isNeeded() ? Health.FAILS.with(message) : Health.DEGRADED.with(message);
    }
  }

  /** Checks that dbgd's bounding set has the capabilities that dbgd and the tools need. */
  public static List<Finding> capabilities() {
    return Arrays.stream(Privilege.values())
        .map(privilege -> Finding.forEverybody("capability", privilege.word(), verdict(privilege)))
        .toList();
  }

  private static CheckStatus verdict(Privilege privilege) {
    if (privilege.isHeld()) {
      return Health.WORKS.with("");
    }
    String message =
        "missing, but needed to %s: add it to CapabilityBoundingSet= of dbgd.service"
            .formatted(privilege.use());
    // Tools that need it have findings of their own.
    return privilege.isDbgds() ? Health.FAILS.with(message) : Health.DEGRADED.with(message);
  }

  /** Checks that dbgd may open the descriptors of {@code sessions} concurrent sessions. */
  public static List<Finding> descriptors(int sessions) {
    return List.of(Finding.forEverybody("limit", "descriptors", descriptorLimit(sessions)));
  }

  /** Checks that dbgd can limit a session's processes and memory. */
  public static List<Finding> groups(SessionGroups groups) {
    return List.of(
        Finding.forEverybody(
            "limit",
            "processes and memory",
            groups.areWhole() ? Health.WORKS.with("") : Health.DEGRADED.with(groups.describe())));
  }

  /** Checks that dbgd sees later mounts of the host, such as /run/user/UID at a user's log-in. */
  public static List<Finding> mounts() {
    CheckStatus seen = Health.WORKS.with("");
    try (ProcDir own = ProcDir.ofThisThread();
        ProcDir first = ProcDir.open(new Pid(1))) {
      if (!own.namespace(NamespaceKind.MNT).equals(first.namespace(NamespaceKind.MNT))
          && !propagates(KernelText.lines(Files.readString(MOUNTS, StandardCharsets.ISO_8859_1)))) {
        seen =
            Health.DEGRADED.with(
                "dbgd does not see later mounts, such as /run/user/UID: mount --make-rshared / on the host, and restart dbgd");
      }
    } catch (IOException e) {
      seen = Health.DEGRADED.with("cannot be determined: " + e.getMessage());
    }
    return List.of(Finding.forRoot("mount", "later mounts", seen));
  }

  /**
   * Returns true if mounts of another namespace below {@code /run/user} appear in this one.
   *
   * @param mountinfo lines of proc_pid_mountinfo(5); of two with the same path the last one counts
   */
  static boolean propagates(Stream<String> mountinfo) {
    String longest = "";
    boolean propagates = false;
    for (String line : (Iterable<String>) mountinfo::iterator) {
      String[] fields = line.split(" ");
      String at = fields[4];
      if (at.length() >= longest.length() && RUNTIME_DIRECTORIES.startsWith(at)) {
        longest = at;
        propagates =
            Arrays.stream(fields)
                .skip(6)
                .takeWhile(field -> !field.equals("-"))
                .anyMatch(field -> field.matches("(master|shared):.*"));
      }
    }
    return propagates;
  }

  private static CheckStatus descriptorLimit(int sessions) {
    try (Stream<Path> descriptors = Files.list(OPEN)) {
      long open = descriptors.count();
      long most = mostDescriptors();
      String message =
          "%d of %d descriptors are open, and each of %d sessions may need %d: raise LimitNOFILE= of dbgd.service"
              .formatted(open, most, sessions, EACH);
      if (most - open < EACH) {
        return Health.FAILS.with(message);
      }
      return most - open < (long) sessions * EACH
          ? Health.DEGRADED.with(message)
          : Health.WORKS.with("%d of %d open".formatted(open, most));
    } catch (IOException e) {
      return Health.FAILS.with(
          "dbgd cannot open %s: raise LimitNOFILE= of dbgd.service".formatted(e.getMessage()));
    }
  }

  private static long mostDescriptors() throws IOException {
    for (String line : Files.readAllLines(LIMITS)) {
      if (line.startsWith(LIMIT)) {
        String soft = line.substring(LIMIT.length()).strip().split(" +", 2)[0];
        return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
      }
    }
    throw new IOException(LIMITS + " without " + LIMIT);
  }
}
