package dev.dbg.resolve.user;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.untrusted.Allowance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What users' engines said, for sessions that need not start a reader to hear the same. It holds as
 * long as the kernel says so: a list, while its files are those that were read; a container of that
 * name, while the process runs that was held when the engine named it.
 *
 * <p>What a service has not told, because it did not run, is asked for once there is another socket
 * or service. Nothing is kept that grows with what a user says: few lists, none of them long, and
 * containers only that operators asked for.
 *
 * <p>For any thread.
 */
final class UserEngineCache {
  /** What is made of an answer that is kept, in bytes: some forty containers of a list. */
  private static final long MOST_MADE = 1 << 15;

  private static final int LISTS = 32;
  private static final int CONTAINERS = 64;

  private final Map<Engine, ListOfAll> lists = recent(LISTS);
  private final Map<ContainerKey, ToldOf> answers = recent(CONTAINERS);

  /** Which engine: a user has at most one of each kind. */
  record Engine(Users.Account user, UserEngineKind kind) {}

  /** Asks the engine. */
  interface EngineQuestion {
    PendingEngineAnswer.Says ask() throws Exception;
  }

  private record ContainerKey(String scheme, Optional<Owner> owner, String id, String name) {
    static ContainerKey of(Target target) {
      return new ContainerKey(target.runtime(), target.owner(), target.id(), target.name());
    }
  }

  private record ListOfAll(List<FileStamp> stamps, PendingEngineAnswer.Says says) {}

  private record ToldOf(List<FileStamp> service, FoundContainer found) {
    boolean isOfService() {
      return found.target().way() == ResolvedBy.KNOWN;
    }
  }

  /** Without those that were not used for longest. */
  private static <K, V> Map<K, V> recent(int most) {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        });
  }

  /**
   * All containers, for their names.
   *
   * @param stamps of the engine's lists, as they are now; where dbgd sees none, nothing is kept:
   *     the reader may see more than dbgd with the user's identity, as in a file system of the
   *     user's
   * @param allowance what is made of the answer is charged to it
   */
  PendingEngineAnswer.Says all(
      Engine engine, List<FileStamp> stamps, Allowance allowance, EngineQuestion question)
      throws Exception {
    ListOfAll then = lists.get(engine);
    if (then != null && then.stamps.equals(stamps)) {
      return then.says;
    }
    PendingEngineAnswer.Says says = question.ask();
    List<FoundContainer> all = List.copyOf(says.containers());
    boolean areSeen = stamps.stream().anyMatch(stamp -> !stamp.equals(FileStamp.MISSING));
    if (areSeen && !all.isEmpty() && says.isOfFiles() && allowance.isWithin(MOST_MADE)) {
      lists.put(
          engine,
          new ListOfAll(
              stamps,
              new PendingEngineAnswer.Says(all, says.files(), says.count(), says.silence())));
    }
    return says;
  }

  /** What a service said of a container that its engine's list names now. */
  Optional<FoundContainer> told(Target target) {
    return said(target).filter(ToldOf::isOfService).map(ToldOf::found);
  }

  /** Whoever has the service's own word asks for it once more. */
  private Optional<ToldOf> said(Target target) {
    return Optional.ofNullable(answers.get(ContainerKey.of(target)))
        .filter(_ -> target.way() != ResolvedBy.API)
        .filter(then -> PidRef.isRunning(then.found));
  }

  /**
   * What an engine says of a container that its list names now. It is asked while the process is
   * held, and the answer kept if that proves it.
   *
   * @param stamps of what tells whether the service runs
   * @param allowance what is made of the answer is charged to it
   */
  PendingEngineAnswer.Says one(
      Target target, List<FileStamp> stamps, Allowance allowance, EngineQuestion question)
      throws Exception {
    Optional<ToldOf> then = said(target).filter(answer -> answer.service.equals(stamps));
    if (then.isPresent()) {
      return PendingEngineAnswer.Says.of(then.get().found);
    }
    try (PidRef process = held(target)) {
      PendingEngineAnswer.Says says = question.ask();
      if (process != null && allowance.isWithin(MOST_MADE)) {
        for (FoundContainer found : says.containers()) {
          // One that does not run yet will be started in the same process.
          if (found.target().id().equals(target.id()) && found.target().isRunning()) {
            keep(process, found, stamps, says.isOfFiles());
          }
        }
      }
      return says;
    }
  }

  private static @Nullable PidRef held(Target target) {
    try {
      return target.pid() > 0 ? PidRef.on(new Pid(target.pid())) : null;
    } catch (KernelException e) {
      return null;
    }
  }

  private void keep(
      PidRef process, FoundContainer found, List<FileStamp> stamps, boolean isOfFiles) {
    boolean byService = found.target().way() == ResolvedBy.API;
    if (byService || (isOfFiles && !stamps.isEmpty())) {
      try {
        process
            .known(byService ? found.foundBy(ResolvedBy.KNOWN) : found)
            .ifPresent(
                known -> answers.put(ContainerKey.of(known.target()), new ToldOf(stamps, known)));
      } catch (KernelException e) {
        // It has ended.
      }
    }
  }
}
