package dev.dbg.toolroot;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.plan.View;
import dev.dbg.tools.Tool;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tool roots, one per tool and view. A root is made when its tool is first used, and again when
 * one of its files has changed on the host.
 *
 * <p>For any thread: the first that needs a root creates it, and the others wait.
 */
public final class ToolRoots {
  /**
   * How long a replaced library may go unnoticed; a package upgrade takes longer. The tool's own
   * file is checked each time, because its hash is in the record.
   */
  private static final long LOOK_AGAIN_AFTER = Duration.ofSeconds(1).toNanos();

  /** The C library's text for EMFILE; java.nio keeps no errno. */
  private static final String NO_DESCRIPTOR = "Too many open files";

  private final EmptyNamespaces.Keeper keeper;
  private @Nullable BaseMounts base;
  private @Nullable EmptyNamespaces empty;
  private final Map<RootKey, Made> made = new HashMap<>();

  /** A root in use by one session, which closes it. */
  public record Lease(ToolRoot root, ToolRoots roots, Runnable release) implements AutoCloseable {
    /** The namespaces of the kinds that the session does not join. For its thread. */
    public EmptyNamespaces empty() throws KernelException {
      return roots.empty();
    }

    @Override
    public void close() {
      release.run();
    }
  }

  private record RootKey(String tool, View view) {}

  private static final class Made {
    final Tool tool;
    final ToolClosure closure;
    final List<FileStamp> stamps;
    final ToolRoot root;
    long lookedAt;
    int users;
    boolean outdated;

    Made(Tool tool, ToolClosure closure, List<FileStamp> stamps, ToolRoot root) {
      this.tool = tool;
      this.closure = closure;
      this.stamps = stamps;
      this.root = root;
      this.lookedAt = System.nanoTime();
    }
  }

  /**
   * @param keeper prepares the process that keeps the empty namespaces
   */
  public ToolRoots(EmptyNamespaces.Keeper keeper) {
    this.keeper = keeper;
  }

  /** The empty namespaces, made for the first session, and anew if their process was killed. */
  public synchronized EmptyNamespaces empty() throws KernelException {
    if (empty == null || empty.haveEnded()) {
      empty = EmptyNamespaces.make(keeper);
    }
    return empty;
  }

  /**
   * The mounts from which all roots are built, created with the first root. If this host does not
   * permit that, dbgd runs nevertheless, and each session reports the error.
   */
  private synchronized BaseMounts base() throws IOException {
    if (base == null) {
      base = BaseMounts.make();
    }
    return base;
  }

  /**
   * Creates a root and removes it again, to find out whether {@link #ready} would work.
   *
   * @throws Refusal as {@link #ready} would
   */
  public void tryOut(Tool tool, View view) throws Refusal {
    make(tool, view).root.namespace().close();
  }

  /** Whether {@link #ready} looks only at files of /usr and /etc: all threads wait for it. */
  public static boolean waitsForNobody(Tool tool) {
    return ToolClosure.isOfHost(tool);
  }

  /** The tool as it is on the host now, ready to run with that view. */
  public synchronized Lease ready(Tool tool, View view) throws Refusal {
    RootKey wanted = new RootKey(tool.name(), view);
    Made known = made.get(wanted);
    if (known == null || !known.tool.equals(tool) || isOutdated(known)) {
      known = make(tool, view);
      Made old = made.put(wanted, known);
      if (old != null) {
        old.outdated = true;
        closeUnused(old);
      }
    }
    Made used = known;
    used.users++;
    return new Lease(used.root, this, () -> release(used));
  }

  private synchronized void release(Made used) {
    used.users--;
    closeUnused(used);
  }

  private static void closeUnused(Made old) {
    if (old.outdated && old.users == 0) {
      old.root.namespace().close();
    }
  }

  private static boolean isOutdated(Made known) {
    long now = System.nanoTime();
    if (now - known.lookedAt < LOOK_AGAIN_AFTER) {
      return !FileStamp.of(known.closure.executable()).equals(known.stamps.getFirst());
    }
    known.lookedAt = now;
    return !known.closure.stamps().equals(known.stamps);
  }

  private Made make(Tool tool, View view) throws Refusal {
    ToolClosure closure = ToolClosure.of(tool);
    try {
      // Taken before the mounts are cloned, so that a change in between is noticed at the next
      // check.
      List<FileStamp> stamps = closure.stamps();
      ToolRoot root =
          switch (view) {
            case OWN -> OwnRoot.make(base(), closure, tool.seesAllProcesses());
            case CONTAINER -> ToolBundle.make(base(), closure);
          };
      return new Made(tool, closure, stamps, root);
    } catch (KernelException e) {
      throw Refusal.failed(
          e.isNoSuchFile() ? ExitStatus.NO_SUCH_TOOL : ExitStatus.DBG_FAILED,
          "%s cannot be made ready: %s".formatted(tool.name(), e.message()));
    } catch (FileSystemException e) {
      boolean full = NO_DESCRIPTOR.equals(e.getReason());
      throw Refusal.failed(
          full ? ExitStatus.DBG_FAILED : ExitStatus.REFUSED,
          "%s cannot be made ready: %s%s"
              .formatted(
                  tool.name(), e.getMessage(), full ? ": raise LimitNOFILE= of dbgd.service" : ""));
    } catch (IOException | RuntimeException e) {
      throw Refusal.failed(
          ExitStatus.REFUSED, "%s cannot be made ready: %s".formatted(tool.name(), e.getMessage()));
    }
  }
}
