package dev.dbg.toolroot;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.process.Child;
import dev.dbg.kernel.process.Namespaces;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.NamespaceKind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Namespaces of dbgd's own with nothing in them: a tool is in these instead of those of the host's
 * whose kind was not chosen. A process that dbgd starts once keeps them ({@code empty.c}), so they
 * cost a session one setns(2). All sessions share them.
 *
 * <p>A thread of the JVM joins this pid namespace before it spawns, unlike a container's: nobody is
 * in it but that process, tools, and dbg-enter, and it is a child of dbgd's, so no container can
 * join it. A tool that has been taken over can do less there than in the host's.
 *
 * @param time the time namespace, for dbg-enter
 * @param life kept open: the process ends with its input, and so with dbgd
 */
public record EmptyNamespaces(
    PidFd process, Optional<Fd> time, CompletableFuture<Void> end, Pipe life) {
  private static final int LONGEST_REPORT = 1024;
  private static final int ESRCH = 3;

  /** Prepares the process that keeps them; it ends when its input does. */
  public interface Keeper {
    Child.Prepared prepare(Fd input, Fd output) throws KernelException;
  }

  static EmptyNamespaces make(Keeper keeper) throws KernelException {
    Pipe life = Pipe.open();
    PidFd process = null;
    try (Pipe report = Pipe.open()) {
      Child.Prepared prepared = keeper.prepare(life.reader(), report.writer());
      CompletableFuture<Child> started = new CompletableFuture<>();
      CompletableFuture<Void> end =
          OneUseThread.start("empty-namespaces", () -> keep(prepared, started));
      Object _ = OneUseThread.joined(CompletableFuture.anyOf(started, end));
      Child child = started.join();
      byte[] reported = report.drain(LONGEST_REPORT);
      if (reported.length != 1) {
        throw reported.length == 0
            ? KernelException.reported(ESRCH, "make empty namespaces")
            : KernelException.reported(
                reported[1],
                new String(reported, 2, reported.length - 3, StandardCharsets.US_ASCII));
      }
      try (ProcDir proc = ProcDir.open(child.pid())) {
        process = PidFd.open(child.pid());
        return new EmptyNamespaces(process, timeOf(proc), end, life);
      }
    } catch (Throwable e) {
      life.close();
      if (process != null) {
        process.close();
      }
      throw e;
    }
  }

  /** The kernel kills the process when the thread that spawned it ends: it waits. */
  private static Void keep(Child.Prepared prepared, CompletableFuture<Child> started)
      throws KernelException {
    Namespaces.unsharePidOfChildren();
    Child child = Child.spawn(prepared);
    started.complete(child);
    Child.Ended _ = child.await();
    return null;
  }

  /** Empty if this host has no time namespaces. Where it permits none, this is the host's. */
  private static Optional<Fd> timeOf(ProcDir proc) throws KernelException {
    return KernelException.ifThere(() -> proc.openNamespace(NamespaceKind.TIME));
  }

  /** Joins those of these kinds; of {@code pid}, the children of the calling thread do. */
  public void join(Set<NamespaceKind> kinds) throws KernelException {
    if (!kinds.isEmpty()) {
      Namespaces.join(process, kinds, "of dbgd");
    }
  }

  /**
   * Whether the process has been killed, and with it all that was in the pid namespace. The
   * descriptors stay open then: a session's thread may be using them.
   */
  boolean haveEnded() {
    return end.isDone();
  }
}
