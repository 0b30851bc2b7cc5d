package dev.dbg.tools.value;

/**
 * Columns of ps(1) and top(1) that are there to see for who may not trace. Of the others they say 0
 * or - for each process, and not why: they take the right to ptrace(2) it, or a library that is not
 * found here.
 */
final class ProcessColumns {
  static final String DESCRIPTION =
      "columns of ps in small letters, but none that takes the right to trace, as wchan, exe, pss, rbytes"
          + " or netns: strace, lsof, pmap -X, pidstat -d and lsns show such";

  private static final String ONE =
      "(?!(n?wchan|wname|exe|environ|fds|[pu]ss|ht(prv|shr)|numa|stackp|(m_)?[dt]rs|trss|[dt]siz|(start|end)_(code|stack)|[rw](bytes|chars|ops)"
          + "|wcbytes|(cgroup|ipc|mnt|net|pid|time|user|uts)ns)(?![a-z0-9_]))[a-z%_][a-z0-9_%]*";

  static final String SHOWN = "ONE(,ONE){0,31}".replace("ONE", ONE + "(:[0-9]{1,3})?=?");

  static final String SORTED = "ONE(,ONE){0,15}".replace("ONE", "[-+]?" + ONE);

  static final String KEYS =
      "KEY(,KEY){0,15}"
          .replace(
              "KEY",
              "[-+]?(?!(WCHAN|ENVIRON|EXE|NU|RSS|[PU]SS|PS(an|fd|sh)|io[RW](op)?|ns[A-Z]+)(,|$))[A-Za-z%][A-Za-z0-9_%-]*");

  private ProcessColumns() {}
}
