package dev.dbg.kernel.process;

import static dev.dbg.kernel.Capabilities.during;
import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.KernelText;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process's directory under {@code /proc}, proc(5), held open. It always refers to the same
 * process, and fails with ESRCH after that has ended. Most files of another user's process need
 * CAP_SYS_PTRACE; with hidepid=ptraceable the directory itself does too.
 */
public record ProcDir(Fd fd, String name) implements AutoCloseable {
  private static final int SMALL_FILE = 4096;

  /** Longer than the status of a process in all groups that there can be, or its children. */
  private static final int LARGEST = 1 << 20;

  /** Of some hundred mounts. Who is root in a container may make more. */
  private static final int MOUNTS = 1 << 17;

  /** Longer than any link, such as {@code cgroup:[4026531835]}. */
  private static final int LONGEST_LINK = 64;

  private static final int NO_ID = -1;

  /** USER_HZ, the same on every architecture dbgd runs on. */
  private static final int TICKS_PER_SECOND = 100;

  public static ProcDir open(Pid pid) throws KernelException {
    return openPath("/proc/" + pid);
  }

  /** The calling thread's own directory; {@code /proc/self} would be the main thread's. */
  public static ProcDir ofThisThread() throws KernelException {
    return openPath("/proc/thread-self");
  }

  private static ProcDir openPath(String path) throws KernelException {
    return new ProcDir(
        Fd.openAtRaised(AT_FDCWD, path, Native.O_DIRECTORY | Native.O_PATH, path), path);
  }

  /** The identity of one of its namespaces, as {@code net:[4026531840]}, namespaces(7). */
  public String namespace(NamespaceKind kind) throws KernelException {
    return link("ns/" + kind.word(), LONGEST_LINK);
  }

  private String link(String link, int longest) throws KernelException {
    byte[] buffer = new byte[longest];
    int length =
        checkInt(
            "readlink",
            name + "/" + link,
            during(() -> LibC.readlinkat(fd.number(), link, buffer, longest)));
    return text(buffer, length);
  }

  /** A descriptor of one of its namespaces. */
  public Fd openNamespace(NamespaceKind kind) throws KernelException {
    String link = "ns/" + kind.word();
    return Fd.openAtRaised(fd.number(), link, Native.O_RDONLY, name + "/" + link);
  }

  /** A detached mount of one of its files, which says the same of this process wherever it is. */
  public Fd copyOf(String file) throws KernelException {
    return MountTree.cloneOfFile(fd, file, name + "/" + file).fd();
  }

  /** Its root directory as an O_PATH descriptor. */
  public Fd root() throws KernelException {
    return Fd.openAtRaised(fd.number(), "root", Native.O_DIRECTORY | Native.O_PATH, name + "/root");
  }

  /** When it started, in clock ticks since boot: field 22 of proc_pid_stat(5). */
  public long startTime() throws KernelException {
    return Long.parseLong(statField(22));
  }

  /** When it started, by the present wall clock, accurate to about a second. */
  public Instant startInstant() throws KernelException {
    String path = "/proc/uptime";
    double uptime = Double.parseDouble(readAt(AT_FDCWD, path, path).split(" ", 2)[0]);
    double age = uptime - (double) startTime() / TICKS_PER_SECOND;
    return Instant.now().minusMillis((long) (age * 1000));
  }

  /** Its processor time, and that of the children for which it waited: fields 14 to 17. */
  Duration processorTime() throws KernelException {
    long ticks = 0;
    for (int field = 14; field <= 17; field++) {
      ticks += Long.parseLong(statField(field));
    }
    return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
  }

  /** Its resident memory in bytes: VmRSS of proc_pid_status(5); 0 for a zombie. */
  public long residentMemory() throws KernelException {
    return bytes("VmRSS:");
  }

  /** Of that, the pages of mapped files: RssFile. */
  public long residentFiles() throws KernelException {
    return bytes("RssFile:");
  }

  private long bytes(String key) throws KernelException {
    return Long.parseLong(statusLine(key).replaceAll("[^0-9]", "")) * 1024;
  }

  /** Its cgroups, one line per hierarchy, cgroups(7). */
  public String cgroups() throws KernelException {
    return read("cgroup");
  }

  /** Its mounts, proc_pid_mountinfo(5); empty if it has ended, or if there are too many. */
  public Optional<String> mounts() {
    try {
      return Optional.of(readWhole("mountinfo", MOUNTS));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The path of its program as this process sees it, proc_pid_exe(5). */
  public String executable() throws KernelException {
    return link("exe", SMALL_FILE);
  }

  /** The name of its program, proc_pid_comm(5), which a process may replace. */
  public String command() throws KernelException {
    return read("comm").strip();
  }

  /** The first word of its command line, proc_pid_cmdline(5), which a process may replace. */
  public String title() throws KernelException {
    return read("cmdline").split("\0", 2)[0];
  }

  /** Its number in the innermost pid namespace that it is in: NSpid of proc_pid_status(5). */
  public int innermostNumber() throws IOException {
    // It stands behind the groups, which may be very many.
    String numbers = line(readWhole("status", LARGEST), "NSpid:");
    return Integer.parseInt(numbers.substring(numbers.lastIndexOf('\t') + 1));
  }

  /** The children of its main thread, proc_pid_task_tid_children(5). */
  public List<Pid> children() throws IOException {
    String number = name.substring(name.lastIndexOf('/') + 1);
    return RawText.pieces(readWhole("task/" + number + "/children", LARGEST), ' ')
        .filter(child -> !child.isEmpty())
        .map(child -> new Pid(Integer.parseInt(child)))
        .toList();
  }

  /** Its parent: PPid of proc_pid_status(5); 0 if that is not visible. */
  public int parent() throws KernelException {
    return Integer.parseInt(statusLine("PPid:").strip());
  }

  /** The host's uid of its real user: Uid of proc_pid_status(5). */
  public long user() throws KernelException {
    return ids().getFirst();
  }

  /** The same, and the host's gid of its real group: Gid. */
  public List<Long> ids() throws KernelException {
    String status = read("status");
    return List.of(first(status, "\nUid:\t"), first(status, "\nGid:\t"));
  }

  private static long first(String status, String key) {
    int at = status.indexOf(key) + key.length();
    return Long.parseLong(status, at, status.indexOf('\t', at), 10);
  }

  /** What follows the key in a line of proc_pid_status(5). */
  private String statusLine(String key) throws KernelException {
    return line(read("status"), key);
  }

  private static String line(String status, String key) {
    return KernelText.lines(status)
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()))
        .findFirst()
        .orElse("0");
  }

  /** The host's uid of a user of its user namespace; empty if that is not mapped. */
  public Optional<Long> hostUser(long uid) throws KernelException {
    return mapped(read("uid_map"), uid);
  }

  /** The host's gid of a group of its user namespace; empty if that is not mapped. */
  public Optional<Long> hostGroup(long gid) throws KernelException {
    return mapped(read("gid_map"), gid);
  }

  /** The id that {@code id} is mapped to, user_namespaces(7): first id inside, outside, count. */
  static Optional<Long> mapped(String map, long id) {
    return KernelText.lines(map)
        .map(line -> Stream.of(line.strip().split(" +")).map(Long::valueOf).toList())
        .filter(range -> id >= range.get(0) && id - range.get(0) < range.get(2))
        .map(range -> range.get(1) + id - range.get(0))
        .findFirst();
  }

  /** Its controlling terminal as {@code major:minor}: field 7 of proc_pid_stat(5). */
  public Optional<String> terminal() throws KernelException {
    int device = Integer.parseInt(statField(7));
    if (device == 0) {
      return Optional.empty();
    }
    int major = (device >>> 8) & 0xFFF;
    int minor = (device & 0xFF) | ((device >>> 12) & 0xFFF00);
    return Optional.of(major + ":" + minor);
  }

  /** Its login uid, pam_loginuid(8); empty without a login, or without audit in the kernel. */
  public Optional<Long> loginUid() throws KernelException {
    return auditId("loginuid");
  }

  /** Its audit session; empty when it has none. */
  public Optional<Long> auditSession() throws KernelException {
    return auditId("sessionid");
  }

  private Optional<Long> auditId(String file) throws KernelException {
    return KernelException.ifThere(() -> Long.parseLong(read(file).strip()))
        .filter(id -> id.intValue() != NO_ID);
  }

  private String statField(int number) throws KernelException {
    String stat = read("stat");
    // The second field is a name in parentheses; it may contain any character, also parentheses.
    String rest = stat.substring(stat.lastIndexOf(')') + 2);
    return rest.split(" ", -1)[number - 3];
  }

  private String read(String file) throws KernelException {
    return readAt(fd.number(), file, name + "/" + file);
  }

  /** To its end: one call may return less. */
  private String readWhole(String file, int most) throws IOException {
    String path = name + "/" + file;
    try (Fd opened = Fd.openAtRaised(fd.number(), file, Native.O_RDONLY, path)) {
      return new String(opened.readAll(path, most), StandardCharsets.UTF_8);
    }
  }

  private static String readAt(int directory, String file, String path) throws KernelException {
    try (Fd opened = Fd.openAtRaised(directory, file, Native.O_RDONLY, path)) {
      byte[] buffer = new byte[SMALL_FILE];
      long length = check("read", path, () -> LibC.read(opened.number(), buffer, SMALL_FILE));
      return text(buffer, (int) length);
    }
  }

  private static String text(byte[] buffer, int length) {
    return new String(buffer, 0, length, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    fd.close();
  }
}
