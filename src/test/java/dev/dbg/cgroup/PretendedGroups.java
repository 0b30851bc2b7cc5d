package dev.dbg.cgroup;

import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import dev.dbg.model.amount.ByteSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/** Control groups of sessions in a directory that is none of the kernel's. */
public final class PretendedGroups {
  private PretendedGroups() {}

  /**
   * The groups of a hierarchy.
   *
   * @param delegates whether a child cannot be born into its group, and waits at a pipe
   */
  public static SessionGroups in(
      Path directory, boolean unified, boolean delegates, ScheduledExecutorService deadlines)
      throws IOException {
    ControlGroupHierarchy mounted =
        new ControlGroupHierarchy(
            unified, delegates, SessionHierarchy.LIMITING, directory, directory, true);
    return new SessionGroups(
        new GroupLimits(64, new ByteSize(64, 'M')),
        deadlines,
        List.of(SessionHierarchy.in(mounted, SessionHierarchy.LIMITING)),
        Set.of(),
        List.of());
  }
}
