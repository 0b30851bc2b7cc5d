package dev.dbg.resolve.user;

import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * What the engines answered in time. There are few of these at the same time: closing it lets
 * another request ask. For one thread.
 */
public final class UsersAnswers implements AutoCloseable {
  private final List<PendingEngineAnswer> asked;
  private final Optional<Semaphore> turns;
  private final List<UnansweredEngine> unheard = new ArrayList<>();

  UsersAnswers(List<PendingEngineAnswer> asked, Optional<Semaphore> turns) {
    this.asked = asked;
    this.turns = turns;
  }

  /** Of each engine that answers in time, and does not say too much, its containers; once. */
  public List<List<FoundContainer>> all() {
    List<List<FoundContainer>> all = new ArrayList<>();
    for (PendingEngineAnswer one : asked) {
      Optional<Optional<PendingEngineAnswer.Says>> said = one.inTime();
      if (said.isEmpty() || said.get().filter(PendingEngineAnswer.Says::isUnheard).isPresent()) {
        unheard.add(
            new UnansweredEngine(
                one.kind().scheme(), Optional.of(NameGrammar.owner(one.account()))));
      } else {
        said.get().map(PendingEngineAnswer.Says::containers).ifPresent(all::add);
      }
    }
    return all;
  }

  /** Nobody was asked, because others ask. */
  static UsersAnswers none() {
    UsersAnswers none = new UsersAnswers(List.of(), Optional.empty());
    none.unheard.add(new UnansweredEngine("", Optional.empty()));
    return none;
  }

  List<UserEngineReport> reports() {
    return asked.stream().flatMap(one -> one.report().stream()).toList();
  }

  /** The other engines, after {@link #all}; all of them are one if others ask at this moment. */
  public List<UnansweredEngine> unheard() {
    return unheard;
  }

  /** Also ends the work for answers that did not come in time. */
  @Override
  public void close() {
    asked.forEach(PendingEngineAnswer::end);
    turns.ifPresent(Semaphore::release);
  }
}
