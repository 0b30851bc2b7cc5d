package dev.dbg.toolroot;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.MountTree;
import java.util.List;

/** What native tests put in places of {@code toolroot}. */
public interface AlteredToolRoot {

  /** Leaves tools' programs writable. */
  final class Writable {
    @InPlaceOf(value = DetachedMounts.class, name = "CODE")
    static MountAttribute[] code() {
      return new MountAttribute[] {MountAttribute.NO_SUID, MountAttribute.NO_DEVICES};
    }
  }

  /** Leaves devices writable. */
  final class WritableDevices {
    @InPlaceOf(value = MountTree.class, usedIn = BaseMounts.class)
    static void restrict(MountTree device, MountAttribute... attributes) throws KernelException {
      device.restrict(MountAttribute.NO_SUID, MountAttribute.NO_EXEC);
    }
  }

  /** Covers nothing of the kernel's files, but for what dbg-enter takes its covers from. */
  final class WithoutCovers {
    @InPlaceOf(Covers.class)
    static Covers found() {
      return new Covers(List.of("fs"), List.of("interrupts"), List.of());
    }
  }

  /** Has no devices. */
  final class WithoutDevices {
    @InPlaceOf(value = BaseMounts.class, name = "DEVICES")
    static List<String> devices() {
      return List.of();
    }
  }
}
