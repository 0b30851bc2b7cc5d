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
 * One user's rootless engine. Its files on disk are read first, because a request to the service
 * may take long. The service, if it runs, then knows more than the files. It is not asked where the
 * user's systemd says that it listens in its place, and would start it.
 *
 * <p>For any thread; one at a time asks the service.
 */
final class UserEngine {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

  private static final String ASLEEP = "its service does not run, and dbg does not start it";

  /** How long a service that did not answer is not asked again. */
  private static final Duration LEFT_ALONE = Duration.ofMinutes(1);

  /** What may be made of one answer, as dbgd counts it too. */
  private static final long MOST_MADE = 1L << 21;

  /** The SocketMode of podman.socket, systemd.socket(5). Podman itself makes another mode. */
  private static final Set<PosixFilePermission> ACTIVATING =
      PosixFilePermissions.fromString("rw-rw----");

  private final UserEngineKind kind;
  private final RuntimeBackoff silence = RuntimeBackoff.lasting(LEFT_ALONE);

  UserEngine(UserEngineKind kind) {
    this.kind = kind;
  }

  /**
   * The answer to one question.
   *
   * @param deadline when nobody waits for it any more, by {@link System#nanoTime}
   */
  private record Inquest(UserQuestion question, long deadline, Allowance allowance) {
    Owner owner() {
      return NameGrammar.owner(question.account());
    }

    boolean isOver() {
      return System.nanoTime() - deadline > 0;
    }
  }

  /** Says what was asked, the last message last. */
  void answer(UserQuestion question, UserReader.Answering to) throws IOException {
    long deadline = System.nanoTime() + question.millis() * 1_000_000;
    Inquest inquest =
        new Inquest(question, deadline, Allowance.ofUsers(MOST_MADE, 1, deadline).get());
    try {
      switch (question.about()) {
        case ONE -> say(inquest, find(inquest), to);
        case ALL, NAMES -> say(inquest, listed(inquest, DiskState::all, EngineAnswer.LIST_ALL), to);
        case RUNNING -> say(inquest, listed(inquest, DiskState::running, EngineAnswer.LIST), to);
        case FILES -> {
          Optional<List<FoundContainer>> all = onDisk(inquest, DiskState::all);
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

  /** What does not answer, or not in time, might have said something. */
  private void say(Inquest inquest, Optional<List<FoundContainer>> all, UserReader.Answering to)
      throws IOException {
    Optional<String> why = all.isEmpty() && isAsleep(inquest) ? Optional.of(ASLEEP) : silence.why();
    boolean isSilent = all.isEmpty() && (why.isPresent() || inquest.isOver());
    to.all(all.orElse(List.of()), isSilent ? UserAnswer.Files.SILENT : UserAnswer.Files.USUAL, why);
  }

  /** Empty if neither the files nor the service say anything. */
  private Optional<List<FoundContainer>> find(Inquest inquest) throws IOException {
    String id = inquest.question.container();
    if (!NameGrammar.isOfEngine(id)) {
      return Optional.of(List.of());
    }
    Optional<Optional<FoundContainer>> onDisk = onDisk(inquest, state -> state.find(id));
    if (onDisk.isPresent() && onDisk.get().isEmpty()) {
      return Optional.of(List.of());
    }
    return ask(inquest, EngineAnswer.inspect(id), EngineAnswer::inspected)
        .or(() -> onDisk.flatMap(found -> found))
        .map(List::of);
  }

  private Optional<List<FoundContainer>> listed(
      Inquest inquest, Lookup<List<FoundContainer>> lookup, String path) throws IOException {
    return onDisk(inquest, lookup).or(() -> ask(inquest, path, EngineAnswer::listed));
  }

  private interface Lookup<T> {
    T in(DiskState state) throws IOException;
  }

  /**
   * The result from the files; empty if they cannot be read, or are elsewhere.
   *
   * @throws AllowanceExceeded if they say too much: then the service is not asked either
   */
  private <T> Optional<T> onDisk(Inquest inquest, Lookup<T> lookup) throws AllowanceExceeded {
    try {
      return Optional.of(lookup.in(state(inquest)));
    } catch (AllowanceExceeded e) {
      throw e;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private DiskState state(Inquest inquest) {
    Path files = kind.files(Path.of(inquest.question.account().home()));
    Optional<Owner> owner = Optional.of(inquest.owner());
    return switch (kind) {
      case PODMAN ->
          new PodmanState(
              files,
              inquest.question.runtimeDirectory().resolve("containers"),
              owner,
              inquest::allowance);
      case DOCKER -> new DockerState(files, owner, "", inquest::allowance);
    };
  }

  /**
   * Whether systemd listens in place of the service, and would start it; only Podman's unit does.
   */
  private boolean isAsleep(Inquest inquest) {
    Path directory = inquest.question.runtimeDirectory();
    Path socket = directory.resolve(kind.socket());
    try {
      return kind == UserEngineKind.PODMAN
          && Files.getPosixFilePermissions(socket, LinkOption.NOFOLLOW_LINKS).equals(ACTIVATING)
          && !FileStamp.isAt(directory.resolve(kind.unit()));
    } catch (IOException e) {
      return false;
    }
  }

  /** The service's answer; empty if there is no service, or no such container. */
  private synchronized <T> Optional<T> ask(
      Inquest inquest, String path, EngineAnswer.Parser<T> parser) {
    if (silence.why().isPresent() || inquest.isOver() || isAsleep(inquest)) {
      return Optional.empty();
    }
    try (OwnedTree directory =
            OwnedTree.open(inquest.question.runtimeDirectory(), inquest.question.account().uid());
        StreamConnection connection =
            directory.connect(kind.socket(), System.nanoTime() + ANSWER_WITHIN.toNanos())) {
      Optional<InputStream> json = HttpGet.get(connection, path);
      EngineAnswer answers = new EngineAnswer(kind.scheme(), Optional.of(inquest.owner()), "");
      return json.isEmpty()
          ? Optional.empty()
          : Optional.of(parser.parse(answers, json.get(), inquest.allowance));
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
