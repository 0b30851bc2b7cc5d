package dev.dbg.complete;

import dev.dbg.audit.write.AuditFailure;
import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.PermittedTools;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Image;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Refusal;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.Visibility;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.Services;
import dev.dbg.wire.Reply;
import dev.dbg.wire.StreamedText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code dbg completion --line -- WORD...}: what could be typed instead of the last word, one
 * candidate a line. It tells no more than {@code dbg ps} and {@code dbg tools TARGET}; a container
 * that the operator may not see is refused, and recorded, as there.
 */
public record CompleteAnswer(Services services, ClientRequest client, Grammar grammar) {
  private static final List<String> WITH_TARGET =
      List.of("exec", "explain", "shell", "tools", "logs", "status", "connect", "forward");

  private static final String IMAGES = Image.SCHEME + "://";

  /** The words that follow verbs without a container. */
  private static final Map<String, Set<String>> WORDS =
      Map.of(
          "audit", Set.of("list", "show", "summary", "export", "verify", "replay", "access"),
          "completion", Set.of("bash", "zsh", "fish"),
          "help", Grammar.verbs());

  public void give(List<String> words) throws AuditFailure {
    TypedLine line = TypedLine.of(words, grammar);
    Candidates candidates = new Candidates(words.getLast(), line.target());
    switch (line.spot()) {
      case VERB -> {
        Grammar.verbs().forEach(candidates::add);
        printWithContainers(line, candidates);
        return;
      }
      case OPTION -> line.options().forEach(candidates::add);
      case TARGET -> {
        if (WITH_TARGET.contains(line.verb())) {
          printWithContainers(line, candidates);
          return;
        } else {
          WORDS.getOrDefault(line.verb(), Set.of()).forEach(candidates::add);
        }
      }
      case NAMESPACES -> {
        addNamespaces(candidates);
        addInTarget(line, candidates);
      }
      case TOOL, ARGUMENT -> addInTarget(line, candidates);
      case FILTER -> {
        for (Invocation.FilterKey key : Invocation.FilterKey.values()) {
          candidates.add(key.word() + "=");
        }
      }
      case NOTHING -> {
        // What may follow is not known here.
      }
    }
    print(candidates);
  }

  private void print(Candidates candidates) {
    try (StreamedText lines = new StreamedText(client.reply())) {
      candidates.print(lines::add);
    }
    client.reply().exit(ExitStatus.OK);
  }

  private void printWithContainers(TypedLine line, Candidates candidates) {
    Visibility visibility = client.rights().policy().visibility(client.operator(), Instant.now());
    if (TypedLine.WITH_TOOL.contains(line.verb()) && candidates.typed().startsWith(IMAGES)) {
      // For others the lists are not even read.
      if (visibility.mightSee(TargetName.parse(IMAGES + "any"))) {
        addImages(candidates, services.resolver().images(), visibility);
      }
      print(candidates);
      return;
    }
    client.reply().waitAtMost(Reply.LIST_READ_WITHIN);
    int _ =
        services
            .resolver()
            .running(
                running -> {
                  addContainers(candidates, running, visibility);
                  print(candidates);
                  return running.size();
                });
  }

  static void addImages(Candidates candidates, List<Target> images, Visibility visibility) {
    images.stream().filter(visibility::maySee).forEach(candidates::addImage);
  }

  private static void addContainers(
      Candidates candidates, List<Target> running, Visibility visibility) {
    for (Target target : running) {
      if (visibility.maySee(target)) {
        candidates.add(target.owner().isEmpty() ? target.name() : target.address(), "a container");
        if (candidates.typed().contains("://")) {
          candidates.add(target.address(), "a container");
        }
      }
    }
  }

  /** The last of those that are separated by commas. */
  private static void addNamespaces(Candidates candidates) {
    String before = candidates.typed().substring(0, candidates.typed().lastIndexOf(',') + 1);
    for (NamespaceKind kind : NamespaceKind.values()) {
      if (!List.of(before.split(",")).contains(kind.word())) {
        candidates.add(before + kind.word(), "a namespace");
      }
    }
    candidates.add("--");
    if (before.isEmpty()) {
      candidates.add("all", "all namespaces that the container has and a rule permits");
    }
  }

  private void addInTarget(TypedLine line, Candidates candidates) throws AuditFailure {
    PermittedTools permitted;
    if (line.target().startsWith(IMAGES)) {
      // dbg tools has no list for an image, and a refusal of that is nothing to record.
      return;
    }
    try {
      Authorizer<?> authorizer = services.authorizer(client.rights(), client.operator());
      permitted = authorizer.tools(TargetName.parse(line.target()), Instant.now());
    } catch (IllegalArgumentException e) {
      return;
    } catch (Refusal refusal) {
      services
          .repeats()
          .append(client.records().unanswered(TargetName.parse(line.target()), refusal));
      return;
    }
    if (line.spot() != TypedLine.Spot.ARGUMENT) {
      permitted
          .uses()
          .forEach(use -> candidates.add(use.tool().name(), use.tool().about().summary()));
      return;
    }
    List<PermittedTools.Use> uses =
        permitted.uses().stream().filter(use -> use.tool().name().equals(line.tool())).toList();
    if (!uses.isEmpty()) {
      new ArgumentCandidates(
              option -> uses.stream().anyMatch(use -> use.grant().bounds().mightPermit(option)),
              candidates)
          .add(uses.getFirst().tool().arguments(), line.arguments());
    }
  }
}
