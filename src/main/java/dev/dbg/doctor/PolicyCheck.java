package dev.dbg.doctor;

import dev.dbg.policy.Policy;
import java.util.List;

/** The policy in force, and whether its files would be taken today: dbgd keeps the old one. */
record PolicyCheck(Policy policy, OnDisk onDisk) implements HostCheck {
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

  private CheckStatus inForce() {
    return policy.ruleCount() == 0
        ? new CheckStatus.Degraded(
            "there is no rule: nobody may run anything: write one, dbg-policy(5)")
        : new CheckStatus.Works(
            "%d rules, sha256 %s".formatted(policy.ruleCount(), policy.sha256()));
  }

  private CheckStatus files() {
    try {
      return onDisk.read().sha256().equals(policy.sha256())
          ? new CheckStatus.Works("the same")
          : new CheckStatus.Degraded(
              "its files have changed: the old policy is in force: systemctl reload dbgd");
    } catch (Exception e) {
      return new CheckStatus.Fails(
          "its files are wrong: dbgd would not start again: " + e.getMessage());
    }
  }
}
