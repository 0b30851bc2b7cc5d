package dev.dbg.doctor;

import dev.dbg.audit.write.AuditLog;
import dev.dbg.enter.Helper;
import dev.dbg.policy.Policy;
import dev.dbg.resolve.Resolver;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.Catalogue;
import java.nio.file.Path;
import java.util.List;

/** All checks of a dbgd. */
public final class Doctor {
  /** What one takes of a host's processors, mounts and engines, several at once would multiply. */
  private static final Object ONE_AT_A_TIME = new Object();

  private final List<HostCheck> checks;

  private Doctor(List<HostCheck> checks) {
    this.checks = checks;
  }

  /**
   * For a dbgd that is made of these.
   *
   * @param trial runs a session of dbgd's own
   * @param onDisk reads the policy's files
   * @param socket where clients ask
   * @param sessions how many there may be at once
   */
  public static Doctor of(
      Resolver resolver,
      AuditLog audit,
      ToolRoots views,
      Helper helper,
      Policy policy,
      Catalogue catalogue,
      ProbeSession trial,
      PolicyCheck.OnDisk onDisk,
      Path socket,
      int sessions) {
    return new Doctor(
        List.of(
            new KernelCheck(),
            new PrivilegesCheck(),
            new DescriptorsCheck(sessions),
            new NamespacesCheck(helper, trial),
            new EnginesCheck(resolver),
            new ToolsCheck(views, catalogue, policy),
            new AuditLogCheck(audit),
            new PolicyCheck(policy, onDisk),
            new SocketCheck(socket)));
  }

  /** Tries everything; some seconds where an engine does not answer. */
  public List<Finding> examine() {
    synchronized (ONE_AT_A_TIME) {
      return checks.stream().flatMap(check -> check.findings().stream()).toList();
    }
  }
}
