package dev.dbg.doctor;

import dev.dbg.audit.write.AuditLog;
import dev.dbg.enter.Helper;
import dev.dbg.enter.ToolViews;
import dev.dbg.policy.Policy;
import dev.dbg.resolve.Resolver;
import dev.dbg.tools.Catalogue;
import java.nio.file.Path;
import java.util.List;

/** All checks of a dbgd. */
public final class Doctor {
  /** What one takes of a host's processors, mounts and engines, several at once would multiply. */
  private static final Object ONE_AT_A_TIME = new Object();

  private final List<Check> checks;

  private Doctor(List<Check> checks) {
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
      ToolViews views,
      Helper helper,
      Policy policy,
      Catalogue catalogue,
      Trial trial,
      Rules.OnDisk onDisk,
      Path socket,
      int sessions) {
    return new Doctor(
        List.of(
            new KernelFeatures(),
            new Privileges(),
            new Descriptors(sessions),
            new Joins(helper, trial),
            new Engines(resolver),
            new ToolsOnHost(views, catalogue, policy),
            new Log(audit),
            new Rules(policy, onDisk),
            new Door(socket)));
  }

  /** Tries everything; some seconds where an engine does not answer. */
  public List<Finding> examine() {
    synchronized (ONE_AT_A_TIME) {
      return checks.stream().flatMap(check -> check.findings().stream()).toList();
    }
  }
}
