package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.RuntimePlaces;
import dev.dbg.resolve.container.Containers.Need;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.resolve.user.NoReaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of which containerd has a task, and dbgd no process: Kata's, and gVisor's. */
class ContainerdRuntimeTest {
  private static final TargetName WEB = TargetName.parse("containerd://default/web");

  @TempDir private Path state;

  private ContainerdLocation place;
  private Uid owner;
  private ContainerdRuntime containerd;

  @BeforeEach
  void make() throws IOException {
    bundle("web");
    owner = new Uid((Integer) Files.getAttribute(state, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    place = new ContainerdLocation(state.resolve("no-socket"), state);
    containerd = new ContainerdRuntime(place, owner);
  }

  /** As the shim of Kata leaves it. */
  private Path bundle(String id) throws IOException {
    Path bundle = state.resolve("io.containerd.runtime.v2.task/default/" + id);
    Files.createDirectories(bundle);
    Files.writeString(
        bundle.resolve("config.json"),
        "{\"linux\":{\"cgroupsPath\":\"/default/%s\"}}".formatted(id));
    Files.writeString(bundle.resolve("shim.pid"), "1");
    return bundle;
  }

  @Test
  void one_whose_process_nobody_names_runs() throws Exception {
    Target web = containerd.running().getFirst().target();

    assertEquals("running", web.state());
    assertEquals(0, web.pid());
    assertEquals(web, containerd.find(WEB).getFirst().target());
  }

  @Test
  void neither_it_nor_its_files_are_entered_and_it_is_not_called_ended() throws Exception {
    assumeTrue(owner.equals(Uid.ROOT), "only root makes files of root's");
    Resolver resolver =
        new Resolver(
            new RuntimePlaces(
                List.of(), List.of(place), List.of(), false, List.of(), List.of(), false, false),
            NoReaders.NONE);
    for (Need need : List.of(Need.PROCESS, Need.FILES)) {
      TargetNotFound why =
          assertThrows(TargetNotFound.class, () -> resolver.hold(WEB, _ -> true, need));
      assertEquals(TargetNotFound.Cause.NO_PROCESS, why.kind());
      assertTrue(why.message().startsWith("no process of default/web is known: "), why.message());
    }
    try (PinnedTarget named = resolver.hold(WEB, _ -> true, Need.NAME)) {
      assertEquals("running", named.target().state());
    }
  }

  /** That of a sandbox is in the sandbox's group. */
  @Test
  void one_whose_process_lives_and_cannot_be_proved_has_not_ended() throws Exception {
    Files.writeString(
        bundle("sandboxed").resolve("init.pid"), Long.toString(ProcessHandle.current().pid()));
    Files.writeString(bundle("gone").resolve("init.pid"), "999999999");

    assertEquals(Set.of("default/sandboxed", "default/web"), containerd.alive());
  }
}
