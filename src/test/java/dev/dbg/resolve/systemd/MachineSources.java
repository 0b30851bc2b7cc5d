package dev.dbg.resolve.systemd;

import dev.dbg.resolve.untrusted.LimitedSource;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What machined keeps, of which a user says some. */
public final class MachineSources {
  private MachineSources() {}

  public static List<LimitedSource> all() {
    return List.of(
        new LimitedSource(
            MachineFiles.class,
            "NAME=a\n%s\n",
            "A=b\n",
            text ->
                MachineFiles.machine(
                    new String(text.readNBytes(1 << 16), StandardCharsets.UTF_8))));
  }
}
