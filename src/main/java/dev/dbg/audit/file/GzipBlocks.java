package dev.dbg.audit.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A gzip file in blocks, so that it can be read from its end. Each block is a gzip member, RFC
 * 1952; the extra field {@code DB} of its header holds the member's length. Any gunzip reads the
 * file.
 *
 * <p>For one thread.
 */
public final class GzipBlocks extends BackwardChunks {
  /** The bytes of text in a block; the last may be shorter. */
  public static final int BLOCK = 256 * 1024;

  private static final int HEADER = 20;
  static final int TRAILER = 8;
  private static final int MAGIC = 0x8B1F;
  private static final int FEXTRA = 4;
  private static final int EXTRA = 8;
  private static final int MARK = 'D' | 'B' << 8;

  /** An upper limit for a block: a larger length is damage, and no memory is allocated for it. */
  private static final int MOST = 2 * BLOCK;

  /** How many blocks are inflated in advance, in parallel. */
  private static final int AHEAD = 2;

  private final Path path;
  private final FileChannel file;
  private final BlockFrames frames;
  private final Prefilter needed;
  private final BlockChoice choice;
  private final BlockWalk walk;
  private final ArrayDeque<CompletableFuture<Chunk>> ahead = new ArrayDeque<>();
  private final ArrayDeque<Chunk> free = new ArrayDeque<>();
  private Chunk returned = new Chunk();

  private GzipBlocks(
      Path path, FileChannel file, BlockFrames frames, Prefilter needed, BlockChoice choice) {
    this.path = path;
    this.file = file;
    this.frames = frames;
    this.needed = needed;
    this.choice = choice;
    this.walk = BlockWalk.backward(frames.count(), choice);
  }

  /** Compresses {@code in} to its end. */
  public static void write(InputStream in, OutputStream out) throws IOException {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      byte[] block = new byte[BLOCK];
      int got = in.readNBytes(block, 0, BLOCK);
      while (got > 0) {
        writeMember(deflater, block, got, out);
        got = in.readNBytes(block, 0, BLOCK);
      }
    } finally {
      deflater.end();
    }
  }

  private static void writeMember(Deflater deflater, byte[] block, int length, OutputStream out)
      throws IOException {
    deflater.reset();
    deflater.setInput(block, 0, length);
    deflater.finish();
    byte[] deflated = new byte[length + length / 100 + 64];
    int size = 0;
    while (!deflater.finished()) {
      size += deflater.deflate(deflated, size, deflated.length - size);
    }
    CRC32 crc = new CRC32();
    crc.update(block, 0, length);
    ByteBuffer member = ByteBuffer.allocate(HEADER + size + TRAILER).order(ByteOrder.LITTLE_ENDIAN);
    member.putShort((short) MAGIC).put((byte) Deflater.DEFLATED).put((byte) FEXTRA);
    member.putInt(0).put((byte) 0).put((byte) 0xFF);
    member.putShort((short) EXTRA).putShort((short) MARK).putShort((short) 4);
    member.putInt(member.capacity());
    member.put(deflated, 0, size).putInt((int) crc.getValue()).putInt(length);
    out.write(member.array());
  }

  /** Opens a compressed segment; what {@code search} does not need may be left out. */
  static GzipBlocks open(Segment segment, LogSearch search) throws IOException {
    Path path = segment.path();
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    boolean opened = false;
    try {
      BlockFrames frames = BlockFrames.of(path, file);
      BlockChoice choice = search.blocks().of(segment, frames);
      GzipBlocks blocks = new GzipBlocks(path, file, frames, search.text(), choice);
      opened = true;
      return blocks;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  /** What the headers and trailers of a compressed segment say. */
  public static BlockFrames frames(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      return BlockFrames.of(path, file);
    }
  }

  static int length(Path path, FileChannel file, long at) throws IOException {
    ByteBuffer header = read(file, at, HEADER);
    int length = header.limit() < HEADER ? 0 : header.getInt(16);
    if (length <= HEADER + TRAILER
        || length > MOST
        || (header.getShort(0) & 0xFFFF) != MAGIC
        || (header.getShort(12) & 0xFFFF) != MARK) {
      throw new ZipException(
          "%s is damaged, or was not compressed by dbgd, at byte %d".formatted(path, at));
    }
    return length;
  }

  static ByteBuffer read(FileChannel file, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) > 0) {
      // Until the buffer is full, or the file ends.
    }
    return bytes.flip();
  }

  @Override
  Chunk before() throws IOException {
    free.add(returned);
    while (true) {
      begin();
      CompletableFuture<Chunk> next = ahead.poll();
      returned = next == null ? new Chunk() : joined(next);
      if (next == null || !returned.isEmpty()) {
        return returned;
      }
      free.add(returned);
    }
  }

  private void begin() throws IOException {
    for (BlockWalk.@Nullable Stop stop = next(); stop != null; stop = next()) {
      long at = frames.offsets().get(stop.block());
      ByteBuffer member = read(file, at, length(path, file, at));
      BlockWalk.Stop here = stop;
      Chunk used = free.poll();
      Chunk chunk = used == null ? new Chunk() : used;
      CompletableFuture<Chunk> block = new CompletableFuture<>();
      Thread _ =
          Thread.startVirtualThread(
              () -> {
                try {
                  inflate(path, member, at, chunk);
                  here.cut(chunk);
                  needed.narrow(chunk);
                  block.complete(chunk);
                } catch (IOException | RuntimeException e) {
                  boolean _ = block.completeExceptionally(e);
                }
              });
      ahead.add(block);
    }
  }

  private BlockWalk.@Nullable Stop next() {
    return ahead.size() < AHEAD ? walk.next() : null;
  }

  private static Chunk joined(CompletableFuture<Chunk> block) throws IOException {
    try {
      return block.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  /** Inflates a member into {@code chunk}, and checks its length and its CRC. */
  static void inflate(Path path, ByteBuffer member, long at, Chunk chunk) throws IOException {
    int end = member.limit() - TRAILER;
    int length = end < HEADER ? -1 : member.getInt(end + 4);
    if (length < 0 || length > MOST) {
      throw new ZipException("%s is cut off or damaged at byte %d".formatted(path, at));
    }
    Inflater inflater = new Inflater(true);
    try {
      byte[] block = chunk.cleared(length);
      inflater.setInput(member.slice(HEADER, end - HEADER));
      int got = inflater.inflate(block, 0, length);
      CRC32 crc = new CRC32();
      crc.update(block, 0, length);
      if (got != length || (int) crc.getValue() != member.getInt(end)) {
        throw new ZipException("%s is damaged at byte %d".formatted(path, at));
      }
    } catch (DataFormatException e) {
      throw new ZipException("%s is damaged at byte %d".formatted(path, at));
    } finally {
      inflater.end();
    }
  }

  /** Whether a file begins like one that dbgd compressed. Other gzip files are legal too. */
  static boolean is(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer header = read(file, 0, HEADER);
      return header.limit() == HEADER
          && (header.getShort(0) & 0xFFFF) == MAGIC
          && (header.getShort(12) & 0xFFFF) == MARK;
    }
  }

  @Override
  public void close() throws IOException {
    choice.close();
    file.close();
  }
}
