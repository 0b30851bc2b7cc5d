package dev.dbg.shell;

import dev.dbg.audit.write.AuditFailure;
import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.PermittedTools;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.WantedNamespaces;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.Messages;
import dev.dbg.session.Services;
import dev.dbg.session.ShellId;
import dev.dbg.tools.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code dbg shell}: makes the client a bash of the operator's with a script that reads each line
 * itself. The begin of the shell is recorded; its commands are requests of their own.
 *
 * @param share the directory of the scripts, which are shipped
 */
public record ShellAnswer(Services services, ClientRequest client, Path share) {
  private static final String SCRIPT = "/dev/fd/9";

  /** What fits in a packet beside a command. */
  private static final int MOST_BYTES = UnixConnection.LARGEST_PACKET - 4096;

  public void give(Authorizer<?> authorizer, Invocation.Shell asked) throws Refusal, AuditFailure {
    PermittedTools permitted = authorizer.tools(asked.target(), Instant.now());
    Map<String, Tool> tools = new TreeMap<>();
    Set<NamespaceKind> namespaces = EnumSet.noneOf(NamespaceKind.class);
    boolean wantsReason = false;
    for (PermittedTools.Use use : permitted.uses()) {
      if (isWanted(asked.namespaces(), use)) {
        tools.put(use.tool().name(), use.tool());
        namespaces.addAll(use.kinds());
        wantsReason |= use.grant().terms().reason() && asked.reason().isEmpty();
      }
    }
    if (tools.isEmpty()) {
      throw Refusal.denied(
          "no tool that %s may run in %s works with these namespaces: dbg tools %s lists what you may run"
              .formatted(
                  client.operator().user(),
                  asked.target(),
                  RawText.quoted(asked.target().toString())));
    }
    if (asked.namespaces() instanceof WantedNamespaces.Listed listed) {
      namespaces.retainAll(listed.kinds());
    }
    ShellId id = ShellId.of(client.operator().id());
    ShellScript script = new ShellScript(id, asked, tools.values(), namespaces, wantsReason);
    String text = script.variables() + shipped();
    if (RawText.encode(text).length > MOST_BYTES) {
      throw Refusal.failed(
          "%s has too many tools for one shell: name the namespaces, as in dbg shell %s mnt"
              .formatted(asked.target(), RawText.quoted(asked.target().toString())));
    }
    services.audit().append(client.records().shell(asked, permitted.target(), id.text()));
    Messages.about(permitted.target(), permitted.unheard()).forEach(client.reply()::complain);
    Messages.aboutSandbox(permitted.target()).ifPresent(client.reply()::complain);
    client.reply().becomeShell(text, command(asked));
  }

  /** Whether the tool can be run with the namespaces that the operator named. */
  private static boolean isWanted(WantedNamespaces wanted, PermittedTools.Use use) {
    return switch (wanted) {
      case WantedNamespaces.Listed listed ->
          use.kinds().containsAll(listed.kinds())
              && listed.kinds().containsAll(use.tool().kinds().requires());
      case WantedNamespaces.Chosen _ -> true;
    };
  }

  private String shipped() throws Refusal {
    try {
      return ShellScript.withoutComments(
          TrustedFile.read(share.resolve("grammar.bash"))
              + TrustedFile.read(share.resolve("shell.bash"))
              + "__dbg_begin\n");
    } catch (IOException e) {
      throw Refusal.failed(
          "the script of dbg shell cannot be read: %s: install dbg again"
              .formatted(e.getMessage()));
    }
  }

  /**
   * A line, or what comes from a pipe, is run by a bash without a prompt. In both cases bash reads
   * none of the operator's own startup files, and no line: the script does.
   */
  private List<String> command(Invocation.Shell asked) {
    if (asked.command().isPresent()) {
      return List.of(
          "bash",
          "--noprofile",
          "--norc",
          "-c",
          ". " + SCRIPT + "; __dbg_command \"$1\"",
          "dbg shell",
          asked.command().get());
    }
    return client.request().isAtTerminal()
        ? List.of("bash", "--noprofile", "--rcfile", SCRIPT, "-i")
        : List.of(
            "bash", "--noprofile", "--norc", "-c", ". " + SCRIPT + "; __dbg_script", "dbg shell");
  }
}
