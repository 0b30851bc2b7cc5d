package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.AT_FDCWD;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import jnr.ffi.Pointer;

/** Restrictions of a mount, mount_setattr(2). */
public enum MountAttribute {
  READ_ONLY(0x1),
  NO_SUID(0x2),
  NO_DEVICES(0x4),
  NO_EXEC(0x8);

  private static final long SYS_MOUNT_SETATTR = 442;
  private static final int SIZE_OF_MOUNT_ATTR = 32;

  private final long bit;

  MountAttribute(long bit) {
    this.bit = bit;
  }

  /** Adds {@code attributes} to the mount at {@code path}, not to mounts below it. */
  public static void set(String path, MountAttribute... attributes) throws KernelException {
    set(AT_FDCWD, path, 0, path, attributes);
  }

  static void set(int directory, String path, int flags, String object, MountAttribute... add)
      throws KernelException {
    long bits = 0;
    for (MountAttribute attribute : add) {
      bits |= attribute.bit;
    }
    Pointer attr = Native.allocate(SIZE_OF_MOUNT_ATTR);
    attr.putLong(0, bits);
    int _ =
        Native.syscallRaised(
            "mount_setattr",
            object,
            SYS_MOUNT_SETATTR,
            directory,
            path,
            flags,
            attr,
            SIZE_OF_MOUNT_ATTR);
  }
}
