package dev.dbg.audit.index;

import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.file.Segment;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The file of an index, {@code audit-FIRST.index}: a header that names the segment's text, and a
 * {@link BlockRow} for each block.
 *
 * <p>For one thread.
 */
final class IndexFile implements Closeable {
  private static final long MAGIC = 0x6462_6769_6478_0001L;
  private static final int HEADER = 64;
  private static final int IDENTITY = 16;
  private static final int CRC = 60;

  /** Rows are read this many at a time. */
  private static final int WINDOW = 64;

  private static final int OF_OTHERS = 022;

  private final FileChannel file;
  private final int count;
  private ByteBuffer rows = ByteBuffer.allocate(0);
  private int firstRow;

  private IndexFile(FileChannel file, int count) {
    this.file = file;
    this.count = count;
  }

  private static byte[] header(GzipBlocks blocks) {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.putLong(MAGIC).putInt(blocks.count()).putInt(BlockRow.SIZE);
    header.put(IDENTITY, HexFormat.of().parseHex(blocks.identity()));
    CRC32 crc = new CRC32();
    crc.update(header.slice(0, CRC));
    return header.putInt(CRC, (int) crc.getValue()).array();
  }

  /** Writes an index, or replaces it. */
  static void write(Segment segment, GzipBlocks blocks, List<BlockRow> rows) throws IOException {
    Path whole = segment.index();
    Path half = whole.resolveSibling(whole.getFileName() + ".new");
    Files.deleteIfExists(half);
    try (FileChannel file =
        PrivateFiles.open(half, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      PrivateFiles.write(file, header(blocks));
      for (int block = 0; block < rows.size(); block++) {
        PrivateFiles.write(file, rows.get(block).bytes(block));
      }
      file.force(true);
    }
    Files.move(half, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Opens the index of a segment; empty if it has none that is whole and its own. */
  static Optional<IndexFile> open(Segment segment, GzipBlocks blocks) {
    try {
      if (!blocks.isEven() || !isOwners(segment)) {
        return Optional.empty();
      }
      FileChannel file =
          FileChannel.open(segment.index(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      IndexFile index = new IndexFile(file, blocks.count());
      if (index.isOf(blocks)) {
        return Optional.of(index);
      }
      index.close();
      return Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Whether the index is a file that only the segment's owner can have written. */
  private static boolean isOwners(Segment segment) throws IOException {
    Map<String, Object> index =
        Files.readAttributes(
            segment.index(), "unix:uid,mode,isRegularFile", LinkOption.NOFOLLOW_LINKS);
    return Boolean.TRUE.equals(index.get("isRegularFile"))
        && index.get("mode") instanceof Integer mode
        && (mode & OF_OTHERS) == 0
        && Files.getAttribute(segment.path(), "unix:uid").equals(index.get("uid"));
  }

  private boolean isOf(GzipBlocks blocks) throws IOException {
    return file.size() == HEADER + (long) count * BlockRow.SIZE
        && PrivateFiles.read(file, 0, HEADER).equals(ByteBuffer.wrap(header(blocks)));
  }

  /** The row of a block. Whatever is not read as it was written is unclear. */
  BlockRow row(int block) {
    int at = (block - firstRow) * BlockRow.SIZE;
    if (at < 0 || at >= rows.limit()) {
      firstRow = block - block % WINDOW;
      at = (block - firstRow) * BlockRow.SIZE;
      int length = Math.min(WINDOW, count - firstRow) * BlockRow.SIZE;
      try {
        // What a file that has become shorter lacks is not as it was written.
        rows = PrivateFiles.read(file, HEADER + (long) firstRow * BlockRow.SIZE, length).clear();
      } catch (IOException e) {
        rows = ByteBuffer.allocate(length);
      }
    }
    return BlockRow.in(rows, at, block);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
