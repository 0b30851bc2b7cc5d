package dev.dbg.nativetests.scene.user;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A real rootless Podman of a user. It uses cgroupfs and runc, as in {@code src/setup/podman.sh}.
 */
public final class UserPodman extends UserEngine {
  private static final String SOCKET = "podman/podman.sock";

  private @Nullable Running service;

  UserPodman(HostUser user) {
    super("podman", user);
  }

  @Override
  public List<String> words(List<String> words) {
    return user().as(podman(words));
  }

  private static List<String> podman(List<String> words) {
    List<String> whole =
        new ArrayList<>(
            List.of("podman", "--log-level=error", "--cgroup-manager=cgroupfs", "--runtime=runc"));
    whole.addAll(words);
    return whole;
  }

  @Override
  public void startsService() {
    if (service != null) {
      return;
    }
    String socket = user().runtime(SOCKET).toString();
    String _ = user().does("mkdir", "-p", String.valueOf(user().runtime(SOCKET).getParent()));
    service =
        Command.of(user().as(podman(List.of("system", "service", "--time=0", "unix://" + socket))))
            .start();
    Patience.until("the service listens", () -> Machine.isListening(user().runtime(SOCKET)));
  }

  @Override
  public void serviceGets(String signal) {
    Running _ = Objects.requireNonNull(service).gets(signal);
  }

  @Override
  public void endsService() {
    Running running = service;
    if (running != null) {
      Ran _ = running.gets("CONT").gets("TERM").ends();
    }
    service = null;
    String _ = user().does("rm", "-f", user().runtime(SOCKET).toString());
  }

  void tidyUp() {
    endsService();
    String _ = client(List.of("rm", "--all", "--force", "--time", "0"));
    // This ends the process that keeps the user's namespaces.
    String _ = client(List.of("system", "migrate"));
    // Only root can remove the images, as their files belong to subordinate ids.
    List<Container> _ = forgotten();
  }
}
