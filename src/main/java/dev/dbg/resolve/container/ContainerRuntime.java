package dev.dbg.resolve.container;

import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.LogAdvice;
import dev.dbg.resolve.log.LogWanted;
import dev.dbg.resolve.stopped.StoppedFiles;
import dev.dbg.resolve.untrusted.Allowance;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A container runtime of root. To add one: a room with the class that implements this, its line in
 * {@link dev.dbg.resolve.Resolver}, and what it calls its containers in {@link NameGrammar} and,
 * for patterns of rules, in {@code policy.rule.NameForms}.
 *
 * <p>A container has one {@link dev.dbg.model.Target}, whatever name found it: what rules see never
 * depends on what the operator typed.
 *
 * <p>For any thread. No method waits long for a runtime that does not answer, and a runtime that is
 * not installed answers at once that it has no containers.
 */
public interface ContainerRuntime {
  /** The schemes of the names that it knows: {@code docker}. */
  List<String> schemes();

  /** Whether a name without a scheme may refer to its containers. */
  default boolean hasBareNames() {
    return true;
  }

  /**
   * The containers that a name means, as the runtime describes them now; the best first. More than
   * one: the name is ambiguous.
   *
   * @param name as typed: without a scheme, or with one of {@link #schemes}; or a container's
   *     runtime with the id of a container that was found before
   * @throws RuntimeUnavailable if the runtime cannot be asked, or does not answer in time
   */
  default List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    return meant(name, all());
  }

  /** A container that was found before, as the runtime describes it now; empty if it is gone. */
  default Optional<FoundContainer> again(FoundContainer found) throws RuntimeUnavailable {
    Target target = found.target();
    return find(new TargetName(Optional.of(target.runtime()), target.id())).stream()
        .filter(found::isSame)
        .findFirst();
  }

  /**
   * The containers among {@code some} that a name means; the best first. A pure function. Here: the
   * one that has this name.
   */
  default List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return some.stream().filter(found -> found.target().name().equals(name.name())).toList();
  }

  /**
   * All its containers, running or not, for a look-up. What is asked does not depend on the
   * container that is looked for. The answer is enough to decide who may see a container, but not
   * to enter it, and whether it runs may be missing.
   */
  List<FoundContainer> all() throws RuntimeUnavailable;

  /**
   * Those that do not run, if {@link #all} has not got them: asked as a last resort, about what is
   * left of a container, such as its files and its log.
   */
  default List<FoundContainer> ended() throws RuntimeUnavailable {
    return List.of();
  }

  /** The files of one of its containers, which does not run; empty if it has not got it. */
  default Optional<StoppedFiles> files(Target target) throws IOException {
    return Optional.empty();
  }

  List<FoundContainer> running() throws RuntimeUnavailable;

  /**
   * Its containers as they are at present, for people to read; may take longer.
   *
   * @param ended whether also those that do not run
   */
  default List<FoundContainer> described(boolean ended) throws RuntimeUnavailable {
    return ended ? Stream.concat(all().stream(), ended().stream()).toList() : running();
  }

  /**
   * What a container wrote to its standard output, running or not. Until {@link
   * ContainerLog#moveTo} nothing of it is read.
   *
   * @param target as this runtime described it: its id is asked for, never its name
   * @throws RuntimeUnavailable if there is none to be had; the message says what to type instead
   */
  default ContainerLog log(Target target, LogWanted wanted) throws RuntimeUnavailable {
    throw new RuntimeUnavailable(
        "dbg reads no log of %s, only those of Docker, Podman and Kubernetes: %s"
            .formatted(target.address(), LogAdvice.of(target)));
  }

  /**
   * What the runtime tells of a container that it described before, asked for by its id.
   *
   * @throws RuntimeUnavailable if it is not asked; the message says what to type instead
   */
  default <T> T inspected(Target target, AnswerReader<T> reader) throws RuntimeUnavailable {
    throw new RuntimeUnavailable(
        "dbg asks only Docker and Podman for the status of containers, not for that of %s: %s"
            .formatted(target.address(), LogAdvice.ofStatus(target)));
  }

  /** Reads what a runtime tells of a container. */
  interface AnswerReader<T> {
    T read(InputStream json, Allowance allowance) throws IOException;
  }

  /**
   * Asks it what a session asks, so that the first session is as fast as later ones.
   *
   * @throws RuntimeUnavailable if it does not answer
   */
  default void warmUp() throws RuntimeUnavailable {}

  /** Asks it now, and reports how it answers; empty for what cannot fail to answer. */
  default Optional<RuntimeHealth> health() {
    return Optional.empty();
  }
}
