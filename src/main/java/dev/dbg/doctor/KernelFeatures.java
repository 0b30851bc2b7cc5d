package dev.dbg.doctor;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.KernelFeature;
import java.util.ArrayList;
import java.util.List;

/** The system calls and file systems that dbg uses, each called. */
record KernelFeatures() implements Check {
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
    Patience.join(thread);
    return findings;
  }

  private static Verdict verdict(KernelFeature feature) {
    try {
      return new Verdict.Works(feature.attempt());
    } catch (KernelException e) {
      String message = "%s: %s".formatted(feature.loss(), e.message());
      return feature.isNeeded() ? new Verdict.Fails(message) : new Verdict.Degraded(message);
    }
  }
}
