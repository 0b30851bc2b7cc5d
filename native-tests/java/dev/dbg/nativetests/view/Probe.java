package dev.dbg.nativetests.view;

import dev.dbg.nativetests.scene.words.Selection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A tool whose output is compared with its output under nsenter. */
enum Probe {
  NAMESPACES("look namespaces", "", Reads.PROC),
  SS("ss -tulnpH", "net", Reads.PROC),
  NETSTAT("netstat -tulnp", "net", Reads.PROC),
  IP("ip addr", "net", Reads.NOTHING),
  HOSTNAME("hostname", "uts", Reads.NOTHING),
  IPCS("ipcs", "ipc", Reads.PROC_AND_NAMES),
  PS("ps -A -o pid,ppid,uid,nlwp,comm", "pid", Reads.PROC),
  DF("df -a", "mnt", Reads.PROC_AND_FILES),
  ID("id", "", Reads.NAMES),
  LS("ls -lan FILES FILES/nothing", "mnt", Reads.FILES),
  CAT("cat FILES/public FILES/private FILES/nothing", "mnt", Reads.FILES);

  /** With pid, its /proc would list dbg's own mounts. */
  private static final Set<Probe> EXCLUDE_PID = EnumSet.of(DF);

  /** Tools that look at other processes see the other sessions that run at that moment. */
  private static final Set<Probe> LOOK_AT_PROCESSES = EnumSet.of(SS, NETSTAT, PS);

  /** What the tool reads, besides the kernel. */
  private enum Reads {
    NOTHING,
    PROC,
    NAMES,
    FILES,
    PROC_AND_NAMES,
    PROC_AND_FILES
  }

  private final String line;
  private final String requires;
  private final Reads reads;

  Probe(String line, String requires, Reads reads) {
    this.line = line;
    this.requires = requires;
    this.reads = reads;
  }

  /** The tool and its arguments; {@code files} is a directory that the target sees. */
  String line(String files) {
    return line.replace("FILES", files);
  }

  String tool() {
    int space = line.indexOf(' ');
    return space < 0 ? line : line.substring(0, space);
  }

  /** Whether dbg runs it there. */
  boolean runsIn(Selection selection) {
    return (requires.isEmpty() || selection.has(requires))
        && !(EXCLUDE_PID.contains(this) && selection.has("pid"));
  }

  int atOnce() {
    return LOOK_AT_PROCESSES.contains(this) ? 1 : 4;
  }

  boolean readsProc() {
    return Set.of(Reads.PROC, Reads.PROC_AND_NAMES, Reads.PROC_AND_FILES).contains(reads);
  }

  boolean readsFiles() {
    return List.of(Reads.FILES, Reads.PROC_AND_FILES).contains(reads);
  }

  /** Whether the tool looks up names of users. */
  boolean readsNames() {
    return List.of(Reads.NAMES, Reads.PROC_AND_NAMES).contains(reads);
  }
}
