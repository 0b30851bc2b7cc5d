package dev.dbg.audit.index;

import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.file.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.zip.CRC32;

/**
 * The file of an index, {@code audit-FIRST.index}: a header that names the segment's text and has
 * the checksum of all, and a {@link BlockRow} for each block.
 */
final class IndexFile {
  /** A larger segment, of a gigabyte, gets no index: all rows are held. */
  static final int MOST_BLOCKS = 4096;

  private static final long MAGIC = 0x6462_6769_6478_0002L;
  private static final int HEADER = 64;
  private static final int IDENTITY = 16;
  private static final int CRC = 60;

  private static final int OF_OTHERS = 022;

  private IndexFile() {}

  private static ByteBuffer header(GzipBlocks blocks) {
    ByteBuffer header = ByteBuffer.allocate(CRC);
    header.putLong(MAGIC).putInt(blocks.count()).putInt(BlockRow.SIZE);
    return header.put(IDENTITY, HexFormat.of().parseHex(blocks.identity())).clear();
  }

  /** Of all that stands before the checksum and behind it. */
  private static int crc(ByteBuffer index) {
    CRC32 crc = new CRC32();
    crc.update(index.slice(0, CRC));
    crc.update(index.slice(HEADER, index.capacity() - HEADER));
    return (int) crc.getValue();
  }

  /** Writes an index, or replaces it. */
  static void write(Segment segment, GzipBlocks blocks, List<BlockRow> rows) throws IOException {
    ByteBuffer index = ByteBuffer.allocate(HEADER + rows.size() * BlockRow.SIZE);
    index.put(header(blocks)).position(HEADER);
    rows.forEach(row -> index.put(row.bytes()));
    index.putInt(CRC, crc(index));
    PrivateFiles.replace(segment.index(), index.array());
  }

  /** The rows of a segment's index by block; empty if it has none that is whole and its own. */
  static Optional<IntFunction<BlockRow>> rows(Segment segment, GzipBlocks blocks) {
    try {
      if (!blocks.isEven() || blocks.count() > MOST_BLOCKS || !isOwners(segment)) {
        return Optional.empty();
      }
      int length = HEADER + blocks.count() * BlockRow.SIZE;
      try (FileChannel file =
          FileChannel.open(segment.index(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        ByteBuffer index = PrivateFiles.read(file, 0, length).clear();
        boolean isOwn =
            file.size() == length
                && index.slice(0, CRC).equals(header(blocks))
                && index.getInt(CRC) == crc(index);
        return isOwn
            ? Optional.of(
                block -> new BlockRow(index.slice(HEADER + block * BlockRow.SIZE, BlockRow.SIZE)))
            : Optional.empty();
      }
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
}
