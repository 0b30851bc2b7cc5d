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

/** {@code pid://N}: a process of the host's that no runtime needs to vouch for. */
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
      // Asked for its effect: a directory of a process that is gone answers ESRCH.
      long _ = proc.startTime();
      return Optional.of(found);
    } catch (KernelException e) {
      if (e.isNoSuchFile() || e.isNoSuchProcess()) {
        return Optional.empty();
      }
      throw new RuntimeUnavailable(e.message());
    }
  }

  /** What there is to say of a process of that number, if there is one: no more than the number. */
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
   * What a process of that number would be, whether there is one or not: who may enter it is
   * decided from the number alone.
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

  /** Every process of the host's is one: they are not listed. */
  @Override
  public List<FoundContainer> running() {
    return List.of();
  }
}
