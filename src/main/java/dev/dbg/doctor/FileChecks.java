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

  /** Below this the finding is degraded: a busy host writes as much in a month. */
  private static final long LITTLE = 100 * MEGABYTE;

  /** Below this the check fails: some thousand sessions write as much. */
  private static final long TOO_LITTLE = 8 * MEGABYTE;

  private static final String POLICY = "policy";

  /** The accounts of this host; accounts of a directory service are not checked. */
  private static final Path ACCOUNTS = Path.of("/etc/passwd");

  private FileChecks() {}

  /** Checks that the audit log accepts records and has space: no session runs without a record. */
  public static List<Finding> auditLog(AuditLog audit) {
    Path directory = Objects.requireNonNull(audit.path().getParent());
    return List.of(
        Finding.forEverybody("audit", audit.path().toString(), writable(audit, directory)),
        Finding.forEverybody("audit", "free space", diskSpace(directory)));
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
          "no session can start: the log's directory cannot be written: %s: see ReadWritePaths= of dbgd.service"
              .formatted(e.getMessage()));
    }
  }

  private static CheckStatus diskSpace(Path directory) {
    try {
      long left = Files.getFileStore(directory).getUsableSpace();
      String message =
          "only %d MB are free; when the disk is full no session starts: make room at %s"
              .formatted(left / MEGABYTE, directory);
      if (left < TOO_LITTLE) {
        return Health.FAILS.with(message);
      }
      return left < LITTLE
          ? Health.DEGRADED.with(message)
          : Health.WORKS.with(left / MEGABYTE + " MB");
    } catch (IOException e) {
      return Health.DEGRADED.with(
          "the free space is unknown: %s: check with df %s".formatted(e.getMessage(), directory));
    }
  }

  /** Checks the policy in force, and that dbgd would accept the policy's files now. */
  public static List<Finding> policy(Policy policy, Callable<Policy> onDisk, Resolver resolver) {
    CheckStatus inForce =
        policy.ruleCount() == 0
            ? Health.DEGRADED.with(
                "the policy has no rule, so nobody may run a tool: write one, see dbg-policy(5)")
            : Health.WORKS.with(
                "%d rules, sha256 %s".formatted(policy.ruleCount(), policy.sha256()));
    return List.of(
        Finding.forRoot(POLICY, "in force", inForce),
        Finding.forRoot(POLICY, "files", onDisk(policy, onDisk)),
        Finding.forRoot(POLICY, "users and groups", operators(policy)),
        Finding.forRoot(POLICY, "containers", containers(policy, resolver)));
  }

  /** Checks that each rule applies to at least one container of this host, running or not. */
  private static CheckStatus containers(Policy policy, Resolver resolver) {
    List<UnansweredEngine> silent = new ArrayList<>();
    String unmatched =
        resolver.described(
            true, all -> policy.placesReachingNone(all).collect(joining(", ")), silent::addAll);
    if (!silent.isEmpty()) {
      return Health.WORKS.with("not compared with the rules: a runtime does not answer");
    }
    return unmatched.isEmpty()
        ? Health.WORKS.with("")
        : Health.DEGRADED.with(
            "no container of this host matches the rule at %s: compare its containers with dbg ps -a"
                .formatted(unmatched));
  }

  /** Checks that this host knows each user and group of the rules: finds typing errors. */
  private static CheckStatus operators(Policy policy) {
    String unknown =
        policy
            .operators()
            .flatMap(who -> unknown(who).stream())
            .distinct()
            .sorted()
            .collect(joining(", "));
    return unknown.isEmpty()
        ? Health.WORKS.with("")
        : Health.DEGRADED.with(
            "no such user or group on this host: %s: correct who in the rules, or create them"
                .formatted(unknown));
  }

  /** The name of a user or group that this host does not know; a group's number is known. */
  private static Optional<String> unknown(Principal who) {
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
          ? Health.WORKS.with("as loaded")
          : Health.DEGRADED.with(
              "the files have changed since they were loaded: systemctl reload dbgd");
    } catch (Exception e) {
      return Health.FAILS.with(
          "dbgd would not start again: the policy has a mistake: " + e.getMessage());
    }
  }

  /** Checks that dbgd can write the metrics' file and that a collector can read it. */
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

  /** Checks that dbgd can read the sub-ids, and that no account has one of them as uid. */
  public static List<Finding> subordinateIds() {
    return List.of(Finding.forRoot("users", "/etc/subuid", ranges(SubordinateIds.uids().now())));
  }

  private static CheckStatus ranges(SubordinateIds.Table table) {
    if (table.trouble().isPresent()) {
      return Health.DEGRADED.with("rules with uid: do not work: " + table.trouble().get());
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
          "the accounts cannot be read: %s: make the file readable".formatted(e.getMessage()));
    }
  }

  private static Optional<String> owner(Uid uid, String name, SubordinateIds.Table table) {
    return table.with(uid).stream()
        .filter(range -> range.isAnothers(uid, range.ownerUid()))
        .findFirst()
        .map(
            range ->
                "%s is refused: uid %s is also a sub-id of %s: give one of them other ids"
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
              "%s: everybody may connect: chmod o-rw %s, and write SocketMode=0660 in dbgd.socket"
                  .formatted(who, RawText.quoted(socket.toString())))
          : Health.WORKS.with(who);
    } catch (IOException e) {
      return Health.DEGRADED.with(
          "does not exist, or systemd listens elsewhere: write that path in [socket] of dbgd.toml");
    }
  }
}
