package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.log.AuditLog;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The dbgd of a host: how it is started, what it is told, what it prints, and how it ends. */
public final class Daemon {
  /** Tests that run under nohup(1) ignore SIGHUP, and what they start would ignore it too. */
  private static final List<String> HEARS_HUP = List.of("env", "--default-signal=HUP");

  /**
   * Leaves out of a new mount namespace what engines and other tests have mounted: the kernel takes
   * such a mount away, there too, when its directory is removed. It may do so between the two
   * looks: what counts is that none is left.
   */
  private static final String WITHOUT_OTHERS =
      """
      others() {
        awk '{ for (i = 7; $i != "-"; i++); }
          $5 != "/" && ($(i + 1) ~ /^(overlay|nsfs|fuse)/ || $5 ~ /^.run.user.|dbg-tests-|dbgt-|.shm$/) {
            print $5 }' /proc/self/mountinfo | tac
      }
      tries=0
      while test -n "$(others)" && test $tries -lt 20; do
        others | xargs -r -n 1 umount --lazy || tries=$((tries + 1))
      done
      test -z "$(others)"
      mount --make-rshared /
      """;

  private static final List<String> IN_OWN_MOUNTS =
      List.of(
          "unshare",
          "--mount",
          "--propagation",
          "private",
          "sh",
          "-ec",
          WITHOUT_OTHERS + "exec \"$@\"",
          "sh");

  private final Path directory;
  private final Installed installed;
  private final AuditLog audit;
  private final Bystanders bystanders;
  private final boolean ownMounts;
  private @Nullable Process process;

  /**
   * @param directory where it gets its log
   * @param ownMounts whether it is always started in a mount namespace of its own: mounts of other
   *     programs never appear there, but a mount that leaves a session by propagation does
   */
  Daemon(
      Path directory,
      Installed installed,
      AuditLog audit,
      Bystanders bystanders,
      boolean ownMounts) {
    this.directory = directory;
    this.installed = installed;
    this.audit = audit;
    this.bystanders = bystanders;
    this.ownMounts = ownMounts;
  }

  /** Starts dbgd and waits until it says that it is ready. */
  public void starts() {
    startsBelow(List.of());
  }

  /** Starts dbgd where nothing is mounted at these places; other processes keep the mounts. */
  public void startsWithout(List<Path> mounts) {
    String script = "for place in $0; do umount $place || exit; done; exec \"$@\"";
    String places = mounts.stream().map(Path::toString).collect(Collectors.joining(" "));
    startsBelow(
        List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", script, places));
  }

  /** Keeps a mount namespace for dbgds of which one follows the other, without others' mounts. */
  public Running keepsMounts() {
    String script = WITHOUT_OTHERS + "echo kept; exec sleep infinity";
    Running keeper =
        Command.of("unshare", "--mount", "--propagation", "private", "sh", "-ec", script).start();
    bystanders.include(keeper);
    return keeper.prints("kept");
  }

  /** Starts dbgd in the mount namespace of a process. */
  public void startsInMountsOf(Running keeper) {
    startsBelow(List.of("nsenter", "--target", Long.toString(keeper.pid()), "--mount", "--"));
  }

  /** Starts dbgd on a kernel without these system calls, named as {@code oldkernel} takes them. */
  public void startsOnKernelWithout(String... calls) {
    List<String> words = new ArrayList<>(List.of(World.get().program("oldkernel").toString()));
    words.addAll(List.of(calls));
    words.add("--");
    startsBelow(words);
  }

  /**
   * Starts dbgd without a capability in its bounding set.
   *
   * @param capability as setpriv(1) writes it
   */
  public void startsWithoutCapability(String capability) {
    startsBelow(List.of("setpriv", "--bounding-set", "-" + capability));
  }

  /** Starts dbgd in a UTS namespace of its own, in which the host has this name. */
  public void startsWithHostName(String name) {
    startsBelow(List.of("unshare", "--uts", "sh", "-c", "hostname \"$0\" && exec \"$@\"", name));
  }

  /** Starts dbgd in a network of its own in which nothing is, as its unit does. */
  public void startsInOwnNetwork() {
    startsBelow(List.of("unshare", "--net"));
  }

  /** Starts dbgd with a trace, which is to be in this new file. */
  public void startsTraced(Path file) {
    startsBelow(List.of("sh", "-c", "exec \"$@\" --trace \"$0\"", file.toString()));
  }

  /** Starts dbgd with this limit of open descriptors. */
  public void startsWithDescriptors(int most) {
    startsBelow(List.of("prlimit", "--nofile=%d:%d".formatted(most, most)));
  }

  /**
   * Starts dbgd through a command that executes it in the end.
   *
   * @param words the words of that command, which precede dbgd's
   */
  private void startsBelow(List<String> words) {
    Path log = directory.resolve("log");
    List<String> mounts = ownMounts ? IN_OWN_MOUNTS : List.of();
    try {
      Files.writeString(log, "");
      ProcessBuilder builder =
          new ProcessBuilder(
              Stream.of(HEARS_HUP, mounts, words, installed.serving())
                  .flatMap(List::stream)
                  .toList());
      builder.redirectInput(Path.of("/dev/null").toFile());
      builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
      Process started = builder.start();
      process = started;
      // An interrupted run must leave no dbgd behind.
      Runtime.getRuntime().addShutdownHook(new Thread(started::destroy));
      Patience.until(
          "dbgd is ready",
          () -> log().lines().anyMatch("ready"::equals) || !started.isAlive(),
          log);
      if (!started.isAlive()) {
        throw new IllegalStateException("dbgd did not start: " + log());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Follows the system calls of dbgd and of its children with strace(1), until strace is ended with
   * SIGINT.
   *
   * @param calls as strace's -e takes them
   * @param into the file that strace writes
   */
  public Running isTraced(String calls, Path into) {
    Running strace =
        Command.of(
                "strace",
                "-f",
                "--quiet=exit,personality",
                "-s",
                "300",
                "-e",
                "trace=" + calls,
                "-o",
                into.toString(),
                "-p",
                Long.toString(pid()))
            .start();
    // Its file is there before it follows anything.
    return strace.prints(" attached");
  }

  public long pid() {
    return Objects.requireNonNull(process).pid();
  }

  /** How many files it has open: some for a moment only, as it looks at the runtimes' state. */
  public int openFiles() {
    return Processes.descriptors(pid()).size();
  }

  /** Waits until it has no more than {@code most} files open. */
  public void hasAtMostOpen(int most) {
    Patience.until("dbgd has closed what it opened", () -> openFiles() <= most);
  }

  /** Ends dbgd with SIGKILL, as the kernel does when memory is short. */
  public void isKilled() {
    gets("KILL");
    waitForEnd();
  }

  /** Ends dbgd with SIGKILL, if it still runs. */
  public void isKilledByNow() {
    Process _ = Objects.requireNonNull(process).destroyForcibly();
    waitForEnd();
  }

  /**
   * Has dbgd killed before this system call of its next conversation, see {@code strike}, which
   * first prints {@code ready}.
   *
   * @param call its number, from 1; 0 kills nothing
   */
  public Running strikes(int call) {
    return Command.of(
            World.get().program("strike").toString(), Long.toString(pid()), Integer.toString(call))
        .start();
  }

  /** Stops dbgd as systemd does. */
  public void stops() {
    gets("TERM");
    waitForEnd();
  }

  private void gets(String signal) {
    Processes.signal(signal, pid());
  }

  private void waitForEnd() {
    try {
      if (!Objects.requireNonNull(process).waitFor(Patience.WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("dbgd does not end: " + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Makes dbgd read its policy again, waits for the record of the outcome, and returns it. */
  public AuditRecord reloads() {
    long before = audit.lastSeq();
    gets("HUP");
    Patience.until("dbgd has reloaded", () -> !audit.eventsAfter(before, "policy").isEmpty());
    return audit.eventsAfter(before, "policy").get(0);
  }

  /** What dbgd printed on its standard error. */
  public String log() {
    try {
      return Files.readString(directory.resolve("log"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it has been started and has not ended. */
  boolean runs() {
    return process != null && process.isAlive();
  }
}
