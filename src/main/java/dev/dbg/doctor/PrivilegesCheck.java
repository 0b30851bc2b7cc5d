package dev.dbg.doctor;

import dev.dbg.kernel.Privilege;
import java.util.Arrays;
import java.util.List;

/** The capabilities that dbgd and the tools need, in dbgd's bounding set. */
record PrivilegesCheck() implements HostCheck {
  @Override
  public List<Finding> findings() {
    return Arrays.stream(Privilege.values())
        .map(privilege -> Finding.forEverybody("capability", privilege.word(), verdict(privilege)))
        .toList();
  }

  private static CheckStatus verdict(Privilege privilege) {
    if (privilege.isHeld()) {
      return CheckStatus.works();
    }
    String message =
        "dbgd does not have it, which %s: CapabilityBoundingSet= of dbgd.service must have it"
            .formatted(privilege.use());
    // Of the tools that ask for it, each says so itself.
    return privilege.isDbgds() ? new CheckStatus.Fails(message) : new CheckStatus.Degraded(message);
  }
}
