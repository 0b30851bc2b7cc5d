package dev.dbg.reader;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.Target.Owner;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.RuntimeBackoff;
import dev.dbg.resolve.engine.DiskState;
import dev.dbg.resolve.engine.DockerState;
import dev.dbg.resolve.engine.EngineAnswer;
import dev.dbg.resolve.engine.HttpGet;
import dev.dbg.resolve.engine.PodmanState;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.AllowanceExceeded;
import dev.dbg.resolve.user.UserAnswer;
import dev.dbg.resolve.user.UserEngineKind;
import dev.dbg.resolve.user.UserQuestion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One user's rootless engine. The engine's files are read first, because its service may be slow.
 * If the service runs, its answer counts more. The service is not asked if systemd holds its
 * socket, since that would start the service. Thread-safe; one thread at a time asks the service.
 */
final class UserEngine {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

  private static final String ASLEEP = "the service is not running, and dbg does not start it";

  /** The time for which a service that did not answer is not asked again. */
  private static final Duration LEFT_ALONE = Duration.ofMinutes(1);

  /** The most memory for one answer; dbgd counts it in the same way. */
  private static final long MOST_MADE = 1L << 21;

  /**
   * The mode of systemd's socket, SocketMode in podman.socket. Podman's own socket has another
   * mode.
   */
  private static final Set<PosixFilePermission> ACTIVATING =
      PosixFilePermissions.fromString("rw-rw----");

  private final UserEngineKind kind;
  private final RuntimeBackoff silence = RuntimeBackoff.lasting(LEFT_ALONE);

  UserEngine(UserEngineKind kind) {
    this.kind = kind;
  }

  /**
   * A question and its limits.
   *
   * @param deadline the {@link System#nanoTime} at which dbgd stops waiting
   */
  private record EngineQuery(UserQuestion question, long deadline, Allowance allowance) {
    Owner owner() {
      return NameGrammar.owner(question.account());
    }

    boolean isOver() {
      return System.nanoTime() - deadline > 0;
    }
  }

  /** Answers a question with some messages, of which the last is marked as such. */
  void answer(UserQuestion question, UserReader.ContainerSender to) throws IOException {
    long deadline = System.nanoTime() + question.millis() * 1_000_000;
    EngineQuery query =
        new EngineQuery(question, deadline, Allowance.ofUsers(MOST_MADE, 1, deadline).get());
    try {
      switch (question.about()) {
        case ONE -> send(query, find(query), to);
        case ALL, NAMES -> send(query, listed(query, DiskState::all, EngineAnswer.LIST_ALL), to);
        case RUNNING -> send(query, listed(query, DiskState::running, EngineAnswer.LIST), to);
        case FILES -> {
          Optional<List<FoundContainer>> all = onDisk(query, DiskState::all);
          to.last(
              all.isPresent() ? UserAnswer.Files.USUAL : UserAnswer.Files.ELSEWHERE,
              all.map(List::size).orElse(0),
              silence.why());
        }
      }
    } catch (AllowanceExceeded e) {
      to.last(UserAnswer.Files.TOO_MUCH, 0, silence.why());
    }
  }

  /** Sends the containers. A source that failed or was too slow counts as silent, not as empty. */
  private void send(
      EngineQuery query, Optional<List<FoundContainer>> all, UserReader.ContainerSender to)
      throws IOException {
    Optional<String> why = all.isEmpty() && isAsleep(query) ? Optional.of(ASLEEP) : silence.why();
    boolean isSilent = all.isEmpty() && (why.isPresent() || query.isOver());
    to.all(all.orElse(List.of()), isSilent ? UserAnswer.Files.SILENT : UserAnswer.Files.USUAL, why);
  }

  /** Returns the containers; empty if neither the files nor the service could be read. */
  private Optional<List<FoundContainer>> find(EngineQuery query) throws IOException {
    String id = query.question.container();
    if (!NameGrammar.isOfEngine(id)) {
      return Optional.of(List.of());
    }
    Optional<Optional<FoundContainer>> onDisk = onDisk(query, state -> state.find(id));
    if (onDisk.isPresent() && onDisk.get().isEmpty()) {
      return Optional.of(List.of());
    }
    return ask(query, EngineAnswer.inspect(id), EngineAnswer::inspected)
        .or(() -> onDisk.flatMap(found -> found))
        .map(List::of);
  }

  private Optional<List<FoundContainer>> listed(
      EngineQuery query, Lookup<List<FoundContainer>> lookup, String path) throws IOException {
    return onDisk(query, lookup).or(() -> ask(query, path, EngineAnswer::listed));
  }

  private interface Lookup<T> {
    T in(DiskState state) throws IOException;
  }

  /**
   * Returns the result from the files; empty if they are unreadable or elsewhere.
   *
   * @throws AllowanceExceeded if the files are too large: then the service is not asked either
   */
  private <T> Optional<T> onDisk(EngineQuery query, Lookup<T> lookup) throws AllowanceExceeded {
    try {
      return Optional.of(lookup.in(state(query)));
    } catch (AllowanceExceeded e) {
      throw e;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private DiskState state(EngineQuery query) {
    Path files = kind.files(Path.of(query.question.account().home()));
    Optional<Owner> owner = Optional.of(query.owner());
    return switch (kind) {
      case PODMAN ->
          new PodmanState(
              files,
              query.question.runtimeDirectory().resolve("containers"),
              owner,
              query::allowance);
      case DOCKER -> new DockerState(files, owner, "", query::allowance);
    };
  }

  /**
   * Returns true if systemd listens on the socket and would start the service. Only Podman's unit
   * does so.
   */
  private boolean isAsleep(EngineQuery query) {
    Path directory = query.question.runtimeDirectory();
    Path socket = directory.resolve(kind.socket());
    try {
      return kind == UserEngineKind.PODMAN
          && Files.getPosixFilePermissions(socket, LinkOption.NOFOLLOW_LINKS).equals(ACTIVATING)
          && !FileStamp.isAt(directory.resolve(kind.unit()));
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the service's answer; empty if there is no service, or no such container. */
  private synchronized <T> Optional<T> ask(
      EngineQuery query, String path, EngineAnswer.Parser<T> parser) {
    if (silence.why().isPresent() || query.isOver() || isAsleep(query)) {
      return Optional.empty();
    }
    try (OwnedTree directory =
            OwnedTree.open(query.question.runtimeDirectory(), query.question.account().uid());
        StreamConnection connection =
            directory.connect(kind.socket(), System.nanoTime() + ANSWER_WITHIN.toNanos())) {
      Optional<InputStream> json = HttpGet.get(connection, path);
      EngineAnswer answers = new EngineAnswer(kind.scheme(), Optional.of(query.owner()), "");
      return json.isEmpty()
          ? Optional.empty()
          : Optional.of(parser.parse(answers, json.get(), query.allowance));
    } catch (KernelException e) {
      if (!e.isNoSuchFile() && !e.isRefused()) {
        silence.begins(e.message());
      }
    } catch (IOException e) {
      silence.begins(String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }
}
