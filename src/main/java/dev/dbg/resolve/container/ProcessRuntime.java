package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Image;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code pid://N}: any process of the host. No runtime is asked. */
public final class ProcessRuntime implements ContainerRuntime {
  static final String SCHEME = "pid";

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Optional<FoundContainer> find(String number) throws RuntimeUnavailable {
    if (!NUMBER.matcher(number).matches()) {
      return Optional.empty();
    }
    FoundContainer found = named(number);
    try (ProcDir proc = ProcDir.open(new Pid(found.target().pid()))) {
      // Fails with ESRCH if the process is gone.
      long _ = proc.startTime();
      return Optional.of(found);
    } catch (KernelException e) {
      if (e.isNoSuchFile() || e.isNoSuchProcess()) {
        return Optional.empty();
      }
      throw new RuntimeUnavailable(e.message());
    }
  }

  /** The process of that number as a container; only the number is known. */
  private static FoundContainer named(String number) {
    return new FoundContainer(
        new Target(
            SCHEME,
            Optional.empty(),
            number,
            number,
            Image.NONE,
            Optional.of(Map.of()),
            "running",
            Integer.parseInt(number),
            ResolvedBy.PROCESS),
        Optional.empty());
  }

  /**
   * The target for a process of that number, whether it exists or not: the number alone decides who
   * may enter it.
   */
  public Optional<Target> imagined(String number) {
    return NUMBER.matcher(number).matches()
        ? Optional.of(named(number).target())
        : Optional.empty();
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
