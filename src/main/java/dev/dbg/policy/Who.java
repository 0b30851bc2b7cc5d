package dev.dbg.policy;

import dev.dbg.model.Operator;
import java.util.Optional;

/**
 * Whom a rule is for: {@code user:NAME}, {@code group:NAME}, or {@code *} for everybody who gets
 * in.
 */
sealed interface Who {
  boolean includes(Operator operator);

  record User(String name) implements Who {
    @Override
    public boolean includes(Operator operator) {
      return operator.user().equals(name);
    }
  }

  record Group(String name) implements Who {
    @Override
    public boolean includes(Operator operator) {
      return operator.groups().containsValue(name);
    }
  }

  record Everybody() implements Who {
    @Override
    public boolean includes(Operator operator) {
      return true;
    }
  }

  /** Empty when {@code text} is of none of the forms. */
  static Optional<Who> parse(String text) {
    if (text.equals("*")) {
      return Optional.of(new Everybody());
    }
    if (text.startsWith("user:") && text.length() > 5) {
      return Optional.of(new User(text.substring(5)));
    }
    if (text.startsWith("group:") && text.length() > 6) {
      return Optional.of(new Group(text.substring(6)));
    }
    return Optional.empty();
  }
}
