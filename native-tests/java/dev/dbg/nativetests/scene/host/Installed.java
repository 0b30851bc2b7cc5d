package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.words.Catalogue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The programs of dbg as a host has them, run in other ways than as the host's own dbgd: as another
 * one, or with a verb that talks to none.
 */
public final class Installed {
  private final Path tree;
  private final Path config;
  private final Path log;

  /**
   * @param tree where dbg is
   * @param config the configuration of the host's dbgd
   * @param log the directory of its log
   */
  Installed(Path tree, Path config, Path log) {
    this.tree = tree;
    this.config = config;
    this.log = log;
  }

  /** The client program, dbg. */
  public Path client() {
    return World.get().dbg();
  }

  /** The dbg-enter that this host's dbgd runs. */
  public Path helper() {
    return tree.resolve("lib/dbg/dbg-enter");
  }

  /** The shipped entries of the tools, as they were built. */
  public List<Catalogue.Tool> catalogue() {
    return Catalogue.in(tree.resolve("share/dbg/tools.d"));
  }

  /** Starts another dbgd, which is expected to end at once. */
  public Ran startsAnother(Path config) {
    return startsAnother(List.of(), config);
  }

  /** The same, without a capability in its bounding set. */
  public Ran startsAnotherWithoutCapability(String capability, Path config) {
    return startsAnother(List.of("setpriv", "--bounding-set", "-" + capability), config);
  }

  private Ran startsAnother(List<String> words, Path config) {
    Running another =
        Command.ofDbgd(Stream.concat(words.stream(), daemonWords(config).stream()).toList())
            .start();
    try {
      return another.ends();
    } catch (AssertionError e) {
      Ran _ = another.gets("KILL").ends();
      throw e;
    }
  }

  /** Starts another dbgd, which the caller must end. */
  public Running startsBeside(Path config) {
    return Command.ofDbgd(daemonWords(config)).start();
  }

  /** Starts another dbgd as systemd does: when somebody has connected to this socket. */
  public Running activatesAnother(Path activated, Path config) {
    return Command.ofDbgd(
            Stream.concat(
                    Stream.of(World.get().program("activate").toString(), activated.toString()),
                    daemonWords(config).stream())
                .toList())
        .start()
        .prints("listening");
  }

  /** Starts {@code dbgd deliver} of the host, which the caller must end. */
  public Running delivers() {
    return Command.ofDbgd(List.of(daemon(), "deliver", "--config", config.toString()))
        .start()
        .prints("ready");
  }

  /** Verifies the log as the holder of a copy does: {@code dbgd verify DIR} with these words. */
  public Ran verifies(String... words) {
    return verifies(log, words);
  }

  /** Verifies a copy of a log. */
  public Ran verifies(Path copy, String... words) {
    List<String> command = new ArrayList<>();
    command.add(daemon());
    command.add("verify");
    command.add(copy.toString());
    command.addAll(List.of(words));
    return Command.ofDbgd(command).start().ends();
  }

  /**
   * Runs a verb of dbgd that talks to no daemon, with this host's configuration and these words.
   */
  public Ran runsOffline(String verb, String... words) {
    List<String> command = new ArrayList<>();
    command.add(daemon());
    command.addAll(List.of(verb, "--config", config.toString()));
    command.addAll(List.of(words));
    return Command.ofDbgd(command).start().ends();
  }

  /** Runs dbgd's launcher with another Java. */
  public Ran runsLauncher(Path javaHome, String verb) {
    return runsLauncher(Map.of("JAVA_HOME", javaHome.toString()), verb);
  }

  /** Runs dbgd's launcher with these variables. */
  public Ran runsLauncher(Map<String, String> variables, String verb) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    return Command.of(daemon(), verb).in(environment).start().ends();
  }

  /** The words that start the host's own dbgd. */
  List<String> serving() {
    return daemonWords(config);
  }

  private List<String> daemonWords(Path config) {
    return List.of(daemon(), "serve", "--config", config.toString());
  }

  private String daemon() {
    return tree.resolve("sbin/dbgd").toString();
  }
}
