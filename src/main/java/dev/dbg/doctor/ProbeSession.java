package dev.dbg.doctor;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import java.util.Optional;
import java.util.Set;

/** A session of dbgd's own: {@code true} in namespaces of a process. */
public interface ProbeSession {
  /**
   * Runs it.
   *
   * @return why it failed, what and what to do; empty if it did not
   */
  Optional<String> enter(Pid process, Set<NamespaceKind> kinds);
}
