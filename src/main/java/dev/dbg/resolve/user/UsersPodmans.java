package dev.dbg.resolve.user;

import dev.dbg.kernel.process.Users;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/**
 * The rootless Podmans of all users that have a runtime directory, {@code /run/user/UID}. They are
 * asked all at once with one deadline; those that do not answer in time are left out.
 *
 * <p>For any thread.
 */
public final class UsersPodmans {
  private static final Path RUNTIME_DIRECTORIES = Path.of("/run/user");
  private static final Duration WITHIN = Duration.ofSeconds(2);
  private static final int MOST_USERS = 256;

  private final Map<Uid, UserPodman> podmans = new ConcurrentHashMap<>();

  /** The container of a user with this id. */
  public Optional<FoundContainer> findOf(Uid uid, String id) {
    return ask(
            Users.account(uid).stream().toList(),
            (account, deadline) -> podman(account).find(account, id, deadline))
        .values()
        .stream()
        .flatMap(Optional::stream)
        .map(PidRef::checked)
        .findFirst();
  }

  /**
   * All containers of each user.
   *
   * @param user the only user to ask; empty for all
   */
  public Map<Uid, List<FoundContainer>> all(Optional<String> user) {
    List<Users.Account> accounts =
        accounts().stream()
            .filter(account -> user.isEmpty() || user.get().equals(account.name()))
            .toList();
    return ask(accounts, (account, deadline) -> podman(account).all(account, deadline));
  }

  /** The running containers of all users. */
  public List<FoundContainer> running() {
    return ask(accounts(), (account, deadline) -> podman(account).running(account, deadline))
        .values()
        .stream()
        .flatMap(List::stream)
        .filter(PidRef::isRunning)
        .toList();
  }

  private <T> Map<Uid, T> ask(
      List<Users.Account> accounts, BiFunction<Users.Account, Long, CompletableFuture<T>> ask) {
    long deadline = System.nanoTime() + WITHIN.toNanos();
    Map<Uid, CompletableFuture<T>> asked = new HashMap<>();
    accounts.forEach(account -> asked.put(account.uid(), ask.apply(account, deadline)));
    Map<Uid, T> answers = new HashMap<>();
    asked.forEach(
        (uid, answer) -> {
          try {
            long left = Math.max(0, deadline - System.nanoTime());
            answers.put(uid, answer.get(left, TimeUnit.NANOSECONDS));
          } catch (TimeoutException | ExecutionException e) {
            // This user's containers are left out.
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return answers;
  }

  private UserPodman podman(Users.Account account) {
    return podmans.computeIfAbsent(
        account.uid(), uid -> new UserPodman(RUNTIME_DIRECTORIES.resolve(uid.toString())));
  }

  private static List<Users.Account> accounts() {
    List<Users.Account> accounts = new ArrayList<>();
    try (DirectoryStream<Path> directories =
        Files.newDirectoryStream(RUNTIME_DIRECTORIES, "[1-9]*")) {
      for (Path directory : directories) {
        String name = directory.getFileName().toString();
        if (name.matches("[1-9][0-9]{0,8}") && accounts.size() < MOST_USERS) {
          Users.account(new Uid(Long.parseLong(name))).ifPresent(accounts::add);
        }
      }
    } catch (IOException e) {
      // No user has logged in.
    }
    return accounts;
  }
}
