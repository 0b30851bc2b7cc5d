package dev.dbg.doctor;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.probe.KernelFeature;
import java.util.ArrayList;
import java.util.List;

/** The system calls and file systems that dbg uses, each called. */
record KernelCheck() implements HostCheck {
  @Override
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    // A thread of its own, which has joined a namespace afterwards, and ends.
    Thread thread =
        Thread.ofPlatform()
            .name("doctor-kernel")
            .start(
                () -> {
                  try (Capabilities.Raised _ = Capabilities.raise()) {
                    for (KernelFeature feature : KernelFeature.values()) {
                      findings.add(
                          Finding.forEverybody("kernel", feature.word(), verdict(feature)));
                    }
                  }
                });
    Uninterruptibly.join(thread);
    return findings;
  }

  private static CheckStatus verdict(KernelFeature feature) {
    try {
      return new CheckStatus.Works(feature.attempt());
    } catch (KernelException e) {
      String message = "%s: %s".formatted(feature.loss(), e.message());
      return feature.isNeeded()
          ? new CheckStatus.Fails(message)
          : new CheckStatus.Degraded(message);
    }
  }
}
