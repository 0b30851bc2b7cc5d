package dev.dbg.toolroot;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.ExitStatus;
import dev.dbg.plan.View;
import dev.dbg.tools.Tool;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The views that have been made, one a tool and kind. A view is made when its tool is first asked
 * for, and again when a file of it has changed on the host.
 *
 * <p>Any thread may ask; the first who needs a view makes it, the others wait.
 */
public final class ToolRoots {
  /**
   * How long an exchanged library may go unnoticed: an upgrade takes longer anyway. The tool's own
   * file is looked at each time: its hash is in the record.
   */
  private static final long LOOK_AGAIN_AFTER = Duration.ofSeconds(1).toNanos();

  /** The C library's words for EMFILE, of which java.nio keeps nothing else. */
  private static final String NO_DESCRIPTOR = "Too many open files";

  private @Nullable BaseMounts base;
  private final Map<Wanted, Made> made = new HashMap<>();

  /** A root that is made, for one session, which closes it. */
  public record Lease(ToolRoot root, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  private record Wanted(String tool, View view) {}

  private static final class Made {
    final Tool tool;
    final ToolClosure closure;
    final String fingerprint;
    final ToolRoot root;
    long lookedAt;
    int users;
    boolean outdated;

    Made(Tool tool, ToolClosure closure, String fingerprint, ToolRoot root) {
      this.tool = tool;
      this.closure = closure;
      this.fingerprint = fingerprint;
      this.root = root;
      this.lookedAt = System.nanoTime();
    }
  }

  /**
   * What all views start from: made with the first of them. Where this host does not let dbgd make
   * it, each session says so, and dbgd serves: it can tell what is wrong.
   */
  private synchronized BaseMounts base() throws Exception {
    if (base == null) {
      base = BaseMounts.make();
    }
    return base;
  }

  /**
   * Makes a view and takes it down again: whether {@link #ready} would have one.
   *
   * @throws ToolUnusable as {@link #ready} would
   */
  public void tryOut(Tool tool, View view) throws ToolUnusable {
    make(tool, view).root.namespace().close();
  }

  /** The tool as it is on the host now, ready to be run with that view. */
  public synchronized Lease ready(Tool tool, View view) throws ToolUnusable {
    Wanted wanted = new Wanted(tool.name(), view);
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
    return new Lease(used.root, () -> release(used));
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
    try {
      if (now - known.lookedAt < LOOK_AGAIN_AFTER) {
        return !known.fingerprint.startsWith(known.closure.fingerprintOfTool() + " ");
      }
      known.lookedAt = now;
      return !known.closure.fingerprint().equals(known.fingerprint);
    } catch (IOException e) {
      return true;
    }
  }

  private Made make(Tool tool, View view) throws ToolUnusable {
    ToolClosure closure = ToolClosure.of(tool);
    try {
      // Before the clones are taken: a change in between is seen at the next look.
      String fingerprint = closure.fingerprint();
      ToolRoot root =
          switch (view) {
            case OWN -> OwnRoot.make(base(), closure, tool.seesAllProcesses());
            case CONTAINER -> ToolBundle.make(base(), closure);
          };
      return new Made(tool, closure, fingerprint, root);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolUnusable(ExitStatus.DBG_FAILED, "dbgd is stopping");
    } catch (KernelException e) {
      throw new ToolUnusable(
          e.isNoSuchFile() ? ExitStatus.NO_SUCH_TOOL : ExitStatus.DBG_FAILED,
          "%s cannot be made ready: %s".formatted(tool.name(), e.message()));
    } catch (FileSystemException e) {
      boolean full = NO_DESCRIPTOR.equals(e.getReason());
      throw new ToolUnusable(
          full ? ExitStatus.DBG_FAILED : ExitStatus.REFUSED,
          "%s cannot be made ready: %s%s"
              .formatted(
                  tool.name(), e.getMessage(), full ? ": raise LimitNOFILE= of dbgd.service" : ""));
    } catch (Exception e) {
      throw new ToolUnusable(
          ExitStatus.REFUSED, "%s cannot be made ready: %s".formatted(tool.name(), e.getMessage()));
    }
  }
}
