package dev.dbg.tools;

import java.util.Locale;
import java.util.Set;

/** What a tool may do that is refused to others, seccomp(2). */
public enum Activity {
  /** It uses ptrace(2). */
  TRACER,
  /** It starts threads. */
  THREADS,
  /** It starts processes. */
  FORKS,
  /** It executes a program; its root contains only its helper. */
  EXECUTES,
  /** It makes sockets for networks; no tool ever makes a Unix socket. */
  SOCKETS;

  /** Those that a tool's file names; the others follow from what else it says. */
  static final Set<Activity> NAMED = Set.of(TRACER, THREADS, FORKS);

  /** Its name in a tool's file, and for dbg-enter. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
