package dev.dbg.doctor;

import dev.dbg.policy.Policy;
import java.util.List;

/** The policy in force, and whether its files would be taken today: dbgd keeps the old one. */
record Rules(Policy policy, OnDisk onDisk) implements Check {
  private static final String AREA = "policy";

  /** Reads the policy's files anew. */
  public interface OnDisk {
    Policy read() throws Exception;
  }

  @Override
  public List<Finding> findings() {
    return List.of(
        Finding.forRoot(AREA, "in force", inForce()),
        Finding.forRoot(AREA, "on the disk", files()));
  }

  private Verdict inForce() {
    return policy.ruleCount() == 0
        ? new Verdict.Degraded(
            "there is no rule: nobody may run anything: write one, dbg-policy(5)")
        : new Verdict.Works("%d rules, sha256 %s".formatted(policy.ruleCount(), policy.sha256()));
  }

  private Verdict files() {
    try {
      return onDisk.read().sha256().equals(policy.sha256())
          ? new Verdict.Works("the same")
          : new Verdict.Degraded(
              "its files have changed: the old policy is in force: systemctl reload dbgd");
    } catch (Exception e) {
      return new Verdict.Fails(
          "its files are wrong: dbgd would not start again: " + e.getMessage());
    }
  }
}
