package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.TargetName;
import java.util.List;
import java.util.regex.Pattern;

/** {@code pid://N}: any process of the host. No runtime is asked. */
public final class ProcessRuntime implements ContainerRuntime {
  private static final String SCHEME = "pid";

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  @Override
  public List<String> schemes() {
    return List.of(SCHEME);
  }

  @Override
  public boolean hasBareNames() {
    return false;
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    List<FoundContainer> imagined = meant(name, List.of());
    if (imagined.isEmpty()) {
      return List.of();
    }
    FoundContainer found = imagined.getFirst();
    try (ProcDir proc = ProcDir.open(new Pid(found.target().pid()))) {
      // Fails with ESRCH if the process is gone.
      long _ = proc.startTime();
      return imagined;
    } catch (KernelException e) {
      if (e.isNoSuchFile() || e.isNoSuchProcess()) {
        return List.of();
      }
      throw new RuntimeUnavailable(e.message());
    }
  }

  /**
   * The process of that number as a container, whether it exists or not, and whatever {@code some}
   * is: only the number is known, and alone decides who may enter it.
   */
  @Override
  public List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    String number = name.name();
    if (!NUMBER.matcher(number).matches()) {
      return List.of();
    }
    int pid = Integer.parseInt(number);
    return List.of(
        FoundContainer.named(SCHEME, number, "running", pid, ResolvedBy.PROCESS, Evidence.NUMBER));
  }

  @Override
  public List<FoundContainer> all() {
    return List.of();
  }

  /** Processes of the host are not listed. */
  @Override
  public List<FoundContainer> running() {
    return List.of();
  }
}
