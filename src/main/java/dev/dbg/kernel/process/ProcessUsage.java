package dev.dbg.kernel.process;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.Pid;
import java.time.Duration;
import java.util.List;

/**
 * What processes use, proc_pid_stat(5) and proc_pid_status(5).
 *
 * @param processor their processor time, and that of children for which they waited
 * @param memory their resident memory in bytes; what they share counts once for each
 */
public record ProcessUsage(Duration processor, long memory) {
  /** The sum for these processes, without those that have ended meanwhile. */
  public static ProcessUsage of(List<Pid> processes) {
    Duration processor = Duration.ZERO;
    long memory = 0;
    for (Pid pid : processes) {
      try (ProcDir process = ProcDir.open(pid)) {
        Duration used = process.processorTime();
        memory += process.residentMemory();
        processor = processor.plus(used);
      } catch (KernelException e) {
        // It has ended.
      }
    }
    return new ProcessUsage(processor, memory);
  }
}
