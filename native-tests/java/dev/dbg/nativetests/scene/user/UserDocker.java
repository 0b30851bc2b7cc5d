package dev.dbg.nativetests.scene.user;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real rootless Docker of a user, started as {@code dockerd-rootless.sh} starts it, but with no
 * network: a network namespace of its own takes the place of slirp4netns, which needs a
 * /dev/net/tun that everybody may open. While there is to be no service, its socket has another
 * name, as its containers would end with dockerd.
 */
public final class UserDocker extends UserEngine {
  private static final String SOCKET = "docker.sock";
  private static final String ASIDE = "docker-aside.sock";

  private final Running daemon;

  UserDocker(HostUser user) {
    super("docker", user);
    String inside =
        """
        rm -f /run/docker /run/containerd /run/xtables.lock
        exec dockerd --rootless --iptables=false --ip6tables=false --bridge=none --userland-proxy=false
        """;
    this.daemon =
        Command.of(
                user.as(
                    List.of(
                        "rootlesskit",
                        "--state-dir=" + user.runtime("dockerd-rootless"),
                        "--net=host",
                        "--copy-up=/etc",
                        "--copy-up=/run",
                        "--propagation=rslave",
                        "unshare",
                        "--net",
                        "sh",
                        "-c",
                        inside)))
            .start();
    Running _ = daemon.prints("API listen on");
  }

  /** As root: the archives of the images are root's. */
  @Override
  public List<String> words(List<String> words) {
    Path socket = user().runtime(ASIDE);
    List<String> whole = new ArrayList<>(List.of("docker", "--host"));
    whole.add("unix://" + (Files.exists(socket) ? socket : user().runtime(SOCKET)));
    whole.addAll(words);
    return whole;
  }

  @Override
  public void startsService() {
    if (Files.exists(user().runtime(ASIDE))) {
      String _ =
          user().does("mv", user().runtime(ASIDE).toString(), user().runtime(SOCKET).toString());
    }
  }

  @Override
  public void endsService() {
    serviceGets("CONT");
    if (Files.exists(user().runtime(SOCKET))) {
      String _ =
          user().does("mv", user().runtime(SOCKET).toString(), user().runtime(ASIDE).toString());
    }
  }

  @Override
  public void serviceGets(String signal) {
    try {
      Processes.signal(
          signal, Long.parseLong(Files.readString(user().runtime("docker.pid")).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void tidyUp() {
    serviceGets("CONT");
    forgotten().forEach(Container::isFoundDead);
    // rootlesskit ends with its child, dockerd, which ends its containerd.
    serviceGets("TERM");
    Ran _ = daemon.ends();
  }
}
