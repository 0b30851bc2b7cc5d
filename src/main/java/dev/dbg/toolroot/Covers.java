package dev.dbg.toolroot;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The kernel's files that no tool sees, because root in a container does not see them either: keys,
 * timers, firmware, and whatever else the roots of procfs and sysfs have that is not listed here. A
 * directory is covered by an empty one, a file by one that nobody may open. {@code covers.c} covers
 * a procfs that is made for one session.
 *
 * @param directories of procfs: names of its root's entries
 * @param files the same
 * @param sys the covered directories of sysfs, as paths
 */
record Covers(List<String> directories, List<String> files, List<String> sys) {
  /** The entries of procfs that a tool sees, beside processes, as dbg-enter reads them: D475. */
  static final String SHOWN =
      "cgroups,cmdline,cpuinfo,devices,diskstats,filesystems,loadavg,mdstat,meminfo,modules,mounts,"
          + "net,partitions,pressure,self,softirqs,stat,swaps,sys,sysvipc,thread-self,uptime,"
          + "version,version_signature,vmstat,zoneinfo";

  private static final String SHOWN_OF_SYS = "block,class,dev,devices";

  /** Below a shown directory of sysfs, and for root alone. */
  private static final List<String> SECRET =
      List.of("/sys/devices/virtual/dmi", "/sys/devices/virtual/powercap");

  /** The directories of which a tool with the container's files sees a sysfs: {@code covers.c}. */
  private static final List<String> SYS_OF_FILES =
      RawText.pieces(
              ",/class,/class/net,/devices,/devices/virtual,/devices/virtual/net,/fs,/fs/cgroup,"
                  + "/kernel,/kernel/mm,/kernel/mm/transparent_hugepage",
              ',')
          .toList();

  /** A covered directory that each procfs has: {@code covers.c}. */
  private static final String EMPTY = BaseMounts.PROC + "/fs";

  /** Finds what this host's kernel has. For a thread that sees the host's files. */
  static Covers found() throws IOException {
    List<Path> proc = entries("/proc", SHOWN);
    return new Covers(
        proc.stream().filter(Files::isDirectory).map(Covers::name).toList(),
        proc.stream().filter(Files::isRegularFile).map(Covers::name).toList(),
        Stream.concat(entries("/sys", SHOWN_OF_SYS).stream().map(Path::toString), SECRET.stream())
            .filter(path -> Files.isDirectory(Path.of(path)))
            .toList());
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  /** The entries that are not shown, without processes, and without links: these lead elsewhere. */
  private static List<Path> entries(String directory, String shown) throws IOException {
    List<String> names = RawText.pieces(shown, ',').toList();
    try (Stream<Path> entries = Files.list(Path.of(directory))) {
      return entries
          .filter(path -> !names.contains(name(path)) && !name(path).matches("[0-9]+"))
          .filter(path -> !Files.isSymbolicLink(path))
          .toList();
    }
  }

  /** Covers the entries of the mounts of procfs, in a namespace that has the directory. */
  void coverProc(String covers, String... mounts) throws KernelException {
    // With a size, df(1) would count it.
    Mounts.tmpfs(covers, "0");
    Mounts.directory(covers + "/directory");
    Mounts.noDevice(covers + "/file");
    for (String directory : SYS_OF_FILES) {
      Mounts.directory(covers + "/sys" + directory);
    }
    MountAttribute.set(covers, MountAttribute.READ_ONLY);
    for (String mount : mounts) {
      for (String name : directories) {
        Mounts.bind(covers + "/directory", mount + "/" + name);
      }
      for (String name : files) {
        Mounts.bind(covers + "/file", mount + "/" + name);
      }
    }
  }

  /** Covers the directories of the sysfs in a tool's own root; not each kernel has all of them. */
  void coverSys() throws KernelException {
    for (String path : sys) {
      boolean _ = KernelException.ifThere(() -> bound(path)).isPresent();
    }
  }

  private static boolean bound(String path) throws KernelException {
    Mounts.bind(EMPTY, path);
    return true;
  }
}
