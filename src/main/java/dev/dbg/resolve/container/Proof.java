package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What must be true of the process with a container's pid, so that it is the container's: the pid
 * may have been reused after the end of a container, and its runtime may not have noticed yet.
 *
 * <p>Immutable, for any thread.
 */
public sealed interface Proof {
  /** For a bare process: the operator named the number, and nothing else is claimed. */
  Proof NUMBER = new Everything();

  /** For a container of which no process is known, or nothing that would prove one. */
  Proof NONE = new AnyOf(List.of());

  /** Whether it is true of the process; both are held, and refer to the same process. */
  boolean holds(PidFd process, ProcDir proc) throws KernelException;

  /** Any one of them is enough. */
  record AnyOf(List<Proof> proofs) implements Proof {
    public AnyOf {
      proofs = List.copyOf(proofs);
    }

    @Override
    public boolean holds(PidFd process, ProcDir proc) throws KernelException {
      for (Proof proof : proofs) {
        if (proof.holds(process, proc)) {
          return true;
        }
      }
      return false;
    }
  }

  /** True of every process. */
  record Everything() implements Proof {
    @Override
    public boolean holds(PidFd process, ProcDir proc) {
      return true;
    }
  }

  /**
   * The path of one of its control groups contains the container's id, in any form: {@code
   * docker/ID}, {@code docker-ID.scope}, {@code libpod-ID/container}. Only for ids of 64
   * hexadecimal digits, which no other name contains by chance.
   */
  record GroupOfId(String id) implements Proof {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    @Override
    public boolean holds(PidFd process, ProcDir proc) throws KernelException {
      return ID.matcher(id).matches() && proc.cgroups().contains(id);
    }
  }

  /**
   * The path of one of its control groups has exactly this element: for {@code lxc.payload.web},
   * {@code /lxc.payload.web-1} is another container's.
   */
  record GroupElement(String element) implements Proof {
    @Override
    public boolean holds(PidFd process, ProcDir proc) throws KernelException {
      return has(proc.cgroups(), element);
    }

    /** {@code cgroups} as in proc_pid_cgroup(5): lines of {@code ID:CONTROLLERS:PATH}. */
    static boolean has(String cgroups, String element) {
      return cgroups
          .lines()
          .map(line -> line.split(":", 3))
          .filter(fields -> fields.length == 3 && !element.isEmpty())
          .anyMatch(fields -> List.of(fields[2].split("/", -1)).contains(element));
    }
  }

  /**
   * The path of one of its control groups is this one, or a path below it. For a group that only
   * root can make: a user may make one of the same name elsewhere.
   *
   * @param path as in proc_pid_cgroup(5): {@code /system.slice/nginx.service}
   */
  record GroupPath(String path) implements Proof {
    @Override
    public boolean holds(PidFd process, ProcDir proc) throws KernelException {
      return has(proc.cgroups(), path);
    }

    /** {@code cgroups} as in proc_pid_cgroup(5). */
    static boolean has(String cgroups, String path) {
      return cgroups
          .lines()
          .map(line -> line.split(":", 3))
          .filter(fields -> fields.length == 3)
          .anyMatch(fields -> fields[2].equals(path) || fields[2].startsWith(path + "/"));
    }
  }

  /**
   * Its inode in pidfs, which no other process has had since the host's boot. Without pidfs, before
   * Linux 6.9, it proves nothing, as all pidfds then have the same inode.
   */
  record Inode(long inode) implements Proof {
    @Override
    public boolean holds(PidFd process, ProcDir proc) throws KernelException {
      return process.inode().filter(found -> found == inode).isPresent();
    }
  }

  /**
   * The process did not start later than the container.
   *
   * @param startedAt the container's start by the runtime's clock, RFC 3339; anything else proves
   *     nothing
   */
  record NotYounger(String startedAt) implements Proof {
    /** How long after the runtime's timestamp a process may have started. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    @Override
    public boolean holds(PidFd process, ProcDir proc) {
      try {
        return !proc.startInstant().isAfter(Instant.parse(startedAt).plus(SLACK));
      } catch (KernelException | DateTimeParseException e) {
        return false;
      }
    }
  }
}
