package dev.dbg.toolroot;

import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.file.TrustedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The files of a toolbox as read-only clones of their mounts, in the toolbox's order, in no
 * namespace yet. Each is checked and hashed through the clone that will be executed: a host's file
 * cannot be overwritten through {@code /proc/TOOL/exe}, and one that is exchanged meanwhile is not
 * what runs.
 *
 * @param trees a clone for each part
 * @param sha256 of the tool's own file
 */
record DetachedMounts(List<MountTree> trees, String sha256) implements AutoCloseable {
  static final MountAttribute[] CODE = {
    MountAttribute.READ_ONLY, MountAttribute.NO_SUID, MountAttribute.NO_DEVICES
  };
  static final MountAttribute[] DATA = {
    MountAttribute.READ_ONLY,
    MountAttribute.NO_SUID,
    MountAttribute.NO_DEVICES,
    MountAttribute.NO_EXEC
  };

  /** Takes them, in the caller's mount namespace, which is the host's. */
  static DetachedMounts of(List<ToolClosure.Part> parts) throws IOException {
    List<MountTree> trees = new ArrayList<>();
    boolean whole = false;
    try {
      for (ToolClosure.Part part : parts) {
        TrustedFile.requireTrustedParents(part.real());
        MountTree tree = MountTree.cloneOf(part.real().toString());
        trees.add(tree);
        TrustedFile.requireTrusted(tree.fd(), part.real().toString());
        tree.restrict(part.executable() ? CODE : DATA);
      }
      DetachedMounts clones = new DetachedMounts(List.copyOf(trees), sha256(trees.get(0)));
      whole = true;
      return clones;
    } finally {
      if (!whole) {
        trees.forEach(MountTree::close);
      }
    }
  }

  private static String sha256(MountTree file) throws IOException {
    try (DigestInputStream in = digested(Files.newInputStream(Path.of(file.fd().path())))) {
      long _ = in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    }
  }

  private static DigestInputStream digested(InputStream in) {
    try {
      return new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() {
    trees.forEach(MountTree::close);
  }
}
