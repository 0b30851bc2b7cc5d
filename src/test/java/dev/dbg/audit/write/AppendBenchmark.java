package dev.dbg.audit.write;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many records per second become durable, for one writer and for as many writers as there may
 * be sessions. For comparison, a plain file gets as many bytes, each write followed by a sync. The
 * log is in the directory that the property {@code dbg.bench} names, on the disk that is to be
 * measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AppendBenchmark {
  private static final int SESSIONS = 64;

  /** About the length of a result. */
  private static final int LINE = 500;

  private final Operator operator = Samples.operator("ann", "dbg");
  private @Nullable AuditLog log;
  private @Nullable FileChannel file;

  /** Opens a new log. */
  @Setup
  public void open() throws IOException, AuditFailure {
    Path directory = Files.createTempDirectory(Path.of(System.getProperty("dbg.bench")), "append");
    log = AuditLog.open(AuditSettings.plain(directory), "boot", Clock.systemUTC());
    file =
        FileChannel.open(
            directory.resolve("beside"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @TearDown
  public void close() throws IOException {
    Objects.requireNonNull(log).close();
    Objects.requireNonNull(file).close();
  }

  @Benchmark
  @Threads(1)
  public void oneWriter() throws AuditFailure {
    append();
  }

  @Benchmark
  @Threads(SESSIONS)
  public void sixtyFourWriters() throws AuditFailure {
    append();
  }

  private void append() throws AuditFailure {
    Objects.requireNonNull(log)
        .append(
            RecordBuilder.of(Event.RESULT)
                .with("session", "899c1dcbe6d2a223")
                .with(operator)
                .with("cwd", "/home/ann")
                .with("outcome", Map.of("exit", 0, "duration_us", 24_967, "cpu_us", 1240))
                .with("namespaces", List.of("net")));
  }

  @Benchmark
  @Threads(1)
  public void fdatasyncAlone() throws IOException {
    FileChannel opened = Objects.requireNonNull(file);
    int _ = opened.write(ByteBuffer.allocate(LINE));
    opened.force(false);
  }
}
