package dev.dbg.doctor;

import static java.util.stream.Collectors.joining;

import dev.dbg.audit.write.AuditLog;
import dev.dbg.doctor.Finding.CheckStatus;
import dev.dbg.doctor.Finding.Health;
import dev.dbg.kernel.file.ReplacedFile;
import dev.dbg.kernel.process.SubordinateIds;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.RawText;
import dev.dbg.model.Uid;
import dev.dbg.policy.Policy;
import dev.dbg.policy.rule.Principal;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.user.UnansweredEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Checks of dbgd's files: the audit log, the policy, the metrics and the socket. */
public final class FileChecks {
  private static final long MEGABYTE = 1 << 20;

  /** Enough for a month of a busy host. */
  private static final long LITTLE = 100 * MEGABYTE;

  /** Enough for some thousand sessions. */
  private static final long NOTHING = 8 * MEGABYTE;

  private static final String POLICY = "policy";

  /** The accounts of this host; others would have to be asked of a network. */
  private static final Path ACCOUNTS = Path.of("/etc/passwd");

  private FileChecks() {}

  /** Whether the audit log accepts records and has space; no session runs without a record. */
  public static List<Finding> auditLog(AuditLog audit) {
    Path directory = Objects.requireNonNull(audit.path().getParent());
    return List.of(
        Finding.forEverybody("audit", audit.path().toString(), writable(audit, directory)),
        Finding.forEverybody("audit", "room on the disk", diskSpace(directory)));
  }

  private static CheckStatus writable(AuditLog audit, Path directory) {
    String failure = audit.failure();
    if (failure != null) {
      return Health.FAILS.with(failure);
    }
    try {
      Files.delete(Files.createTempFile(directory, ".doctor-", ""));
      return Health.WORKS.with("");
    } catch (IOException e) {
      return Health.FAILS.with(
          "the directory cannot be written: %s: no session starts without a record: see ReadWritePaths= of dbgd.service"
              .formatted(e.getMessage()));
    }
  }

  private static CheckStatus diskSpace(Path directory) {
    try {
      long left = Files.getFileStore(directory).getUsableSpace();
      String message =
          "only %d MB are free, and no session starts without a record: make room at %s"
              .formatted(left / MEGABYTE, directory);
      if (left < NOTHING) {
        return Health.FAILS.with(message);
      }
      return left < LITTLE
          ? Health.DEGRADED.with(message)
          : Health.WORKS.with(left / MEGABYTE + " MB");
    } catch (IOException e) {
      return Health.DEGRADED.with(
          "cannot be determined: %s: check with df %s".formatted(e.getMessage(), directory));
    }
  }

  /** The policy in force, and whether dbgd would accept its files now. */
  public static List<Finding> policy(Policy policy, Callable<Policy> onDisk, Resolver resolver) {
    CheckStatus inForce =
        policy.ruleCount() == 0
            ? Health.DEGRADED.with(
                "it has no rule, so nobody may run anything: write one, see dbg-policy(5)")
            : Health.WORKS.with(
                "%d rules, sha256 %s".formatted(policy.ruleCount(), policy.sha256()));
    return List.of(
        Finding.forRoot(POLICY, "in force", inForce),
        Finding.forRoot(POLICY, "on the disk", onDisk(policy, onDisk)),
        Finding.forRoot(POLICY, "users and groups", operators(policy)),
        Finding.forRoot(POLICY, "containers", containers(policy, resolver)));
  }

  /** Whether each rule reaches some container that there is, running or not. */
  private static CheckStatus containers(Policy policy, Resolver resolver) {
    List<UnansweredEngine> unheard = new ArrayList<>();
    String nobodys =
        resolver.described(
            true, all -> policy.placesReachingNone(all).collect(joining(", ")), unheard::addAll);
    if (!unheard.isEmpty()) {
      return Health.WORKS.with("not compared with the rules, as not every runtime answers");
    }
    return nobodys.isEmpty()
        ? Health.WORKS.with("")
        : Health.DEGRADED.with(
            "this host has none that the rule at %s reaches: see its containers, and dbg ps -a"
                .formatted(nobodys));
  }

  /** Whether somebody has each name: a rule with a typing error serves nobody. */
  private static CheckStatus operators(Policy policy) {
    String nobodys =
        policy
            .operators()
            .flatMap(who -> nobodys(who).stream())
            .distinct()
            .sorted()
            .collect(joining(", "));
    return nobodys.isEmpty()
        ? Health.WORKS.with("")
        : Health.DEGRADED.with(
            "this host does not know %s: see who in the rules, getent passwd and getent group"
                .formatted(nobodys));
  }

  /** A name that the host's database does not have; groups without a name have their number. */
  private static Optional<String> nobodys(Principal who) {
    return switch (who) {
      case Principal.NamedUser user when Users.account(user.name()).isEmpty() ->
          Optional.of("user:" + user.name());
      case Principal.NamedGroup group
          when !group.name().matches("[0-9]+") && Users.group(group.name()).isEmpty() ->
          Optional.of("group:" + group.name());
      default -> Optional.empty();
    };
  }

  private static CheckStatus onDisk(Policy policy, Callable<Policy> onDisk) {
    try {
      return onDisk.call().sha256().equals(policy.sha256())
          ? Health.WORKS.with("the same")
          : Health.DEGRADED.with(
              "its files have changed: the old policy is in force: systemctl reload dbgd");
    } catch (Exception e) {
      return Health.FAILS.with(
          "its files have errors: dbgd would not start again: " + e.getMessage());
    }
  }

  /** Whether the metrics can be written, and read by a collector; nothing if none are wanted. */
  public static List<Finding> metrics(Optional<Path> file) {
    return file.stream()
        .map(
            path ->
                Finding.forRoot(
                    "metrics",
                    path.toString(),
                    ReplacedFile.trouble(path)
                        .map(Health.DEGRADED::with)
                        .orElse(Health.WORKS.with(""))))
        .toList();
  }

  /** Whether dbgd can read whose sub-ids a uid is, and nobody's account is one. */
  public static List<Finding> subordinateIds() {
    return List.of(Finding.forRoot("users", "/etc/subuid", ranges(SubordinateIds.uids().now())));
  }

  private static CheckStatus ranges(SubordinateIds.Table table) {
    if (table.trouble().isPresent()) {
      return Health.DEGRADED.with(
          "no user without an account is served, whatever rules say: " + table.trouble().get());
    }
    try {
      return Files.readAllLines(ACCOUNTS).stream()
          .map(line -> line.split(":", 4))
          .filter(fields -> fields.length == 4)
          .flatMap(
              fields -> Uid.parse(fields[2]).flatMap(uid -> owner(uid, fields[0], table)).stream())
          .findFirst()
          .map(Health.DEGRADED::with)
          .orElse(Health.WORKS.with(""));
    } catch (IOException e) {
      return Health.DEGRADED.with(
          "the accounts of this host cannot be read: %s: make the file readable"
              .formatted(e.getMessage()));
    }
  }

  private static Optional<String> owner(Uid uid, String name, SubordinateIds.Table table) {
    return table.with(uid).stream()
        .filter(range -> range.isAnothers(uid, range.ownerUid()))
        .findFirst()
        .map(
            range ->
                "%s (uid %s) is refused, since that is one of the sub-ids of %s: give one of them other ids"
                    .formatted(name, uid, range.owner()));
  }

  public static List<Finding> socket(Path socket) {
    return List.of(Finding.forEverybody("socket", socket.toString(), permissions(socket)));
  }

  private static CheckStatus permissions(Path socket) {
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(socket, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      String who =
          "%s %s:%s"
              .formatted(
                  PosixFilePermissions.toString(attributes.permissions()),
                  attributes.owner().getName(),
                  attributes.group().getName());
      return attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
          ? Health.DEGRADED.with(
              "%s: everybody may connect, and only the policy restricts them: chmod o-rw %s, and SocketMode=0660 in dbgd.socket, so that it stays"
                  .formatted(who, RawText.quoted(socket.toString())))
          : Health.WORKS.with(who);
    } catch (IOException e) {
      return Health.DEGRADED.with(
          "it does not exist, or systemd listens elsewhere: name that path in [socket] of dbgd.toml");
    }
  }
}
