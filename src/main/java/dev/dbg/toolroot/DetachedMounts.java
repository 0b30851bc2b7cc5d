package dev.dbg.toolroot;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.QuotedText.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a {@link ToolClosure} as detached read-only mounts, in its order. Each file is
 * checked and hashed through the mount that will be executed: a host's file cannot be overwritten
 * through {@code /proc/TOOL/exe}, and a file that is replaced meanwhile does not run.
 *
 * @param trees one mount for each part
 * @param sha256 the hash of the tool's own file
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

  /** Clones the mounts from the caller's mount namespace, which is the host's. */
  static DetachedMounts of(List<ToolClosure.ClosureFile> parts) throws IOException {
    List<MountTree> trees = new ArrayList<>();
    try {
      for (ToolClosure.ClosureFile part : parts) {
        TrustedFile.requireTrustedParents(part.real());
        MountTree tree = MountTree.cloneOf(part.real().toString());
        trees.add(tree);
        if (part.directory()) {
          TrustedFile.requireTrustedTree(part.real());
        } else {
          TrustedFile.requireTrusted(tree.fd(), part.real().toString());
        }
        tree.restrict(part.executable() ? CODE : DATA);
      }
      return new DetachedMounts(List.copyOf(trees), sha256(trees.get(0)));
    } catch (Throwable e) {
      trees.forEach(MountTree::close);
      throw e;
    }
  }

  /** Makes the mount point of a part. */
  static void place(String at, ToolClosure.ClosureFile part) throws KernelException {
    if (part.directory()) {
      Mounts.directory(at);
    } else {
      Mounts.emptyFile(at);
    }
  }

  private static String sha256(MountTree file) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(file.fd().path()))) {
      MessageDigest digest = Sha256.digest();
      long _ = in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return Sha256.of(digest);
    }
  }

  @Override
  public void close() {
    trees.forEach(MountTree::close);
  }
}
