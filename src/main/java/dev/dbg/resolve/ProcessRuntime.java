package dev.dbg.resolve;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ProcDir;
import dev.dbg.model.Image;
import dev.dbg.model.Pid;
import dev.dbg.model.Target;
import dev.dbg.model.Way;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code pid://N}: a process of the host's that no runtime needs to vouch for. */
final class ProcessRuntime implements ContainerRuntime {
  static final String SCHEME = "pid";

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Optional<Found> find(String number) {
    if (!number.matches("[1-9][0-9]{0,8}")) {
      return Optional.empty();
    }
    Pid pid = new Pid(Integer.parseInt(number));
    try (ProcDir proc = ProcDir.open(pid)) {
      // Asked for its effect: a directory of a process that is gone answers ESRCH.
      long _ = proc.startTime();
      return Optional.of(
          new Found(
              new Target(
                  SCHEME,
                  Optional.empty(),
                  number,
                  number,
                  Image.NONE,
                  Optional.of(Map.of()),
                  "running",
                  pid.number(),
                  Way.PROCESS),
              Optional.empty()));
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  /** Every process of the host's is one: they are not listed. */
  @Override
  public List<Found> running() {
    return List.of();
  }
}
