package dev.dbg.kernel.file;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** mount(2) cuts options that are longer than a page, and a path that was cut is another path. */
class MountOptionsTest {
  @Test
  void more_layers_than_their_names_have_room_for_are_refused() throws Exception {
    List<Fd> layers = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        layers.add(Fd.open("/", Native.O_PATH));
      }

      KernelException refused =
          assertThrows(
              KernelException.class, () -> Mounts.overlay(layers, "/no/such/directory/for/it"));

      assertTrue(refused.message().contains("E2BIG"), refused.message());
    } finally {
      layers.forEach(Fd::close);
    }
  }
}
