package dev.dbg.doctor;

import dev.dbg.enter.Helper;
import dev.dbg.enter.ProbeProcess;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whole sessions, one for each kind of namespace and one for all, in a process that has namespaces
 * of its own. Where it can't have them, in dbgd's, of which user and time can't be joined.
 */
record NamespacesCheck(Helper helper, ProbeSession trial) implements HostCheck {
  private static final String AREA = "namespace";

  @Override
  public List<Finding> findings() {
    try (ProbeProcess standIn = ProbeProcess.start(helper)) {
      return enterEach(standIn.pid(), standIn.missing());
    } catch (KernelException e) {
      String why = "it can't be tried: " + e.message();
      return enterEach(ThisProcess.pid(), Map.of(NamespaceKind.USER, why, NamespaceKind.TIME, why));
    }
  }

  private List<Finding> enterEach(Pid process, Map<NamespaceKind, String> missing) {
    List<Finding> findings = new ArrayList<>();
    Set<NamespaceKind> joined = EnumSet.noneOf(NamespaceKind.class);
    for (NamespaceKind kind : NamespaceKind.values()) {
      String why = missing.get(kind);
      if (why == null) {
        joined.add(kind);
        findings.add(entered(process, EnumSet.of(kind)));
      } else {
        findings.add(
            Finding.forEverybody(
                AREA,
                kind.word(),
                new CheckStatus.Degraded("no process gets one of its own here: " + why)));
      }
    }
    findings.add(entered(process, joined));
    return findings;
  }

  private Finding entered(Pid process, Set<NamespaceKind> kinds) {
    String words = NamespaceKind.words(kinds);
    Optional<String> failure = trial.enter(process, kinds);
    return Finding.forEverybody(
        AREA,
        words,
        failure
            .<CheckStatus>map(why -> new CheckStatus.Fails("can't be entered: " + why))
            .orElse(CheckStatus.works()));
  }
}
