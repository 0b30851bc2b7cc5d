package dev.dbg.authorize;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.audit.record.FittedRecord;
import dev.dbg.resolve.container.Candidate;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.argument.ParsedArguments;
import java.util.List;
import java.util.Optional;

/** What native tests put in places of {@code authorize}. */
public interface AlteredAuthorize {

  /** Accepts every argument of every tool. */
  final class WithoutGrammar {
    @InPlaceOf(value = ArgumentGrammar.class, usedIn = Authorizer.class)
    static ParsedArguments read(
        ArgumentGrammar grammar, List<String> words, Optional<String> directory)
        throws ArgumentMistake {
      return words.isEmpty()
          ? grammar.read(words, directory)
          : new ParsedArguments(List.of(), List.of(), List.of(), List.of(), false, words, words);
    }
  }

  /** Lets a line be longer than its record can say. */
  final class Unmeasured {
    @InPlaceOf(value = FittedRecord.class, usedIn = Authorizer.class)
    static int sizeOfTool(Optional<String> directory, List<String> typed, List<String> run) {
      return 0;
    }
  }

  /** Does not look at the user namespace before it shows files. */
  final class Credulous {
    @InPlaceOf(value = Candidate.class, usedIn = OwnedNamespaces.class, usedBy = "require")
    static boolean hasRootsMounts(Candidate container) {
      return container.target().owner().isEmpty();
    }
  }

  /** Takes any pod of that name for the object's. */
  final class Forgetful {
    @InPlaceOf(value = String.class, usedIn = PodOfSession.class, usedBy = "isOfThis")
    static boolean equals(String uid, Object other) {
      return true;
    }
  }

  /** Takes any line for the object's. */
  final class Careless {
    @InPlaceOf(value = List.class, usedIn = ObjectCommandCheck.class)
    static boolean equals(List<?> words, Object other) {
      return true;
    }
  }

  /** Asks the engines for the name, whoever the operator is. */
  final class Asking {
    @InPlaceOf(value = TargetFinder.class, usedBy = "hold")
    static boolean mayKnow(TargetFinder<?> finder) {
      return true;
    }
  }
}
