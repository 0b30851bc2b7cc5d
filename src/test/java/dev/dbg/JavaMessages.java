package dev.dbg;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Collects the messages in Java sources: every string that looks like words, and every string, even
 * a single word, that is an argument of a printing method such as {@code reply.complain}. The list
 * shows where a value is inserted, not the name of the variable, so renaming a variable does not
 * change the list.
 */
final class JavaMessages {
  /** Methods and constructors that show their argument to a person. */
  private static final Set<String> SHOWING =
      Set.of(
          "complain",
          "println",
          "denied",
          "failed",
          "error",
          "warn",
          "info",
          "Works",
          "Degraded",
          "Fails",
          "ArgumentMistake",
          "UsageMistake",
          "RuntimeUnavailable");

  /** Methods that only compare their argument. */
  private static final Set<String> COMPARING =
      Set.of(
          "compile",
          "contains",
          "endsWith",
          "equals",
          "indexOf",
          "lastIndexOf",
          "matches",
          "replace",
          "replaceAll",
          "replaceFirst",
          "split",
          "startsWith",
          "SuppressWarnings");

  /** Two words, or a word and a value. */
  private static final Pattern WORDS =
      Pattern.compile("(?s).*([A-Za-z]{2}(?:'s)?\\W* \\W*([A-Za-z]{2}|…)|…\\W* \\W*[A-Za-z]{2}).*");

  /** HTML, CSS and JavaScript. */
  private static final Pattern MARKUP =
      Pattern.compile("(?s).*(</|<!|=\"|\\{[a-z-]+:|=>|-src ').*");

  private static final Pattern WORD = Pattern.compile("(?s).*[A-Za-z]{3}.*");

  private final List<CompilationUnitTree> units = new ArrayList<>();

  /** The constants of all sources, by {@code Class.NAME}. */
  private final Map<String, ExpressionTree> constants = new HashMap<>();

  private JavaMessages(List<Source> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, sources);
    try {
      task.parse().forEach(units::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    units.forEach(unit -> new Constants().scan(unit, null));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Returns the messages of all sources below a directory. */
  static Set<Message> below(Path directory) throws IOException {
    List<Source> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        sources.add(new Source(directory.relativize(file).toString(), Files.readString(file)));
      }
    }
    return new JavaMessages(sources).all();
  }

  /** Returns the messages of one source. */
  static Set<Message> in(String text) {
    return new JavaMessages(List.of(new Source("Source.java", text))).all();
  }

  private Set<Message> all() {
    Set<Message> all = new TreeSet<>();
    units.forEach(unit -> new Collector(unit, all).scan(unit, null));
    return all;
  }

  private final class Constants extends TreePathScanner<@Nullable Void, @Nullable Void> {
    @Override
    public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
      ExpressionTree value = variable.getInitializer();
      if (value != null && isConstant(variable) && holdsText(value)) {
        constants.put(className(getCurrentPath()) + "." + variable.getName(), value);
      }
      return super.visitVariable(variable, null);
    }

    /**
     * Whether it is a static final field, or a field of an interface, where the modifiers are
     * implied.
     */
    private boolean isConstant(VariableTree variable) {
      Tree parent = getCurrentPath().getParentPath().getLeaf();
      return parent.getKind() == Tree.Kind.INTERFACE
          || (parent instanceof ClassTree
              && variable
                  .getModifiers()
                  .getFlags()
                  .containsAll(Set.of(Modifier.STATIC, Modifier.FINAL)));
    }
  }

  /** Returns the simple name of the class that contains a path. */
  private static String className(TreePath path) {
    for (TreePath at = path; at != null; at = at.getParentPath()) {
      if (at.getLeaf() instanceof ClassTree inner && !inner.getSimpleName().isEmpty()) {
        return inner.getSimpleName().toString();
      }
    }
    return "";
  }

  /** Whether the expression is text: a literal, or a concatenation with a literal. */
  private static boolean holdsText(Tree tree) {
    return switch (tree) {
      case LiteralTree literal -> literal.getValue() instanceof String;
      case ParenthesizedTree inner -> holdsText(inner.getExpression());
      case BinaryTree sum ->
          sum.getKind() == Tree.Kind.PLUS
              && (holdsText(sum.getLeftOperand()) || holdsText(sum.getRightOperand()));
      default -> false;
    };
  }

  /** A text as it is shown, and how many of its characters are constant. */
  private record Shown(String text, int length) {
    private static final Pattern VALUE = Pattern.compile("%[-0-9.,]*[a-zA-Z]|\\{}");

    static final Shown ANY = new Shown("…", 0);

    static Shown of(String text) {
      String marked = VALUE.matcher(text.replace("%%", "%").replace("%n", "\n")).replaceAll("…");
      return new Shown(marked, marked.replace("…", "").length());
    }

    Shown plus(Shown other) {
      return new Shown(text + other.text, length + other.length);
    }

    Shown or(Shown other) {
      return new Shown("(" + text + "|" + other.text + ")", Math.max(length, other.length));
    }
  }

  private final class Collector extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final String room;
    private final Set<Message> all;

    Collector(CompilationUnitTree unit, Set<Message> all) {
      String name = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
      this.room = name.replaceFirst("^dev\\.dbg\\.", "");
      this.all = all;
    }

    @Override
    public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void nothing) {
      if (literal.getValue() instanceof String) {
        add(literal);
      }
      return null;
    }

    @Override
    public @Nullable Void visitBinary(BinaryTree sum, @Nullable Void nothing) {
      if (!holdsText(sum)) {
        return super.visitBinary(sum, null);
      }
      add(sum);
      for (ExpressionTree part : operands(sum)) {
        if (!(part instanceof LiteralTree) && choice(part).isEmpty()) {
          Void _ = scan(part, null);
        }
      }
      return null;
    }

    private void add(ExpressionTree text) {
      Shown shown = shown(text);
      if (MARKUP.matcher(shown.text).matches()) {
        return;
      }
      if ((WORDS.matcher(shown.text).matches() && !isCompared())
          || (WORD.matcher(shown.text).matches() && isShown())) {
        all.add(new Message(room + outermost(), shown.text, shown.length));
      }
    }

    private String outermost() {
      String name = "";
      for (Tree tree : getCurrentPath()) {
        if (tree instanceof ClassTree outer && !outer.getSimpleName().isEmpty()) {
          name = outer.getSimpleName().toString();
        }
      }
      return name;
    }

    private Shown shown(ExpressionTree tree) {
      return switch (tree) {
        case LiteralTree literal when literal.getValue() instanceof String text -> Shown.of(text);
        case BinaryTree sum when holdsText(sum) ->
            operands(sum).stream().map(this::shown).reduce(new Shown("", 0), Shown::plus);
        case IdentifierTree name ->
            constant(className(getCurrentPath()) + "." + name.getName())
                .or(() -> constant(outermost() + "." + name.getName()))
                .orElse(Shown.ANY);
        case MemberSelectTree name -> constant(lastTwo(name)).orElse(Shown.ANY);
        default ->
            choice(tree)
                .map(c -> shown(c.getTrueExpression()).or(shown(c.getFalseExpression())))
                .orElse(Shown.ANY);
      };
    }

    private Optional<Shown> constant(String name) {
      return Optional.ofNullable(constants.get(name)).map(this::shown);
    }

    private static String lastTwo(MemberSelectTree name) {
      return name.getExpression().toString().replaceFirst("^.*\\.", "")
          + "."
          + name.getIdentifier();
    }

    /** Returns the conditional expression if it chooses between two texts. */
    private static Optional<ConditionalExpressionTree> choice(ExpressionTree tree) {
      return switch (tree) {
        case ParenthesizedTree inner -> choice(inner.getExpression());
        case ConditionalExpressionTree choice
            when holdsText(choice.getTrueExpression()) && holdsText(choice.getFalseExpression()) ->
            Optional.of(choice);
        default -> Optional.empty();
      };
    }

    private static List<ExpressionTree> operands(ExpressionTree tree) {
      return switch (tree) {
        case ParenthesizedTree inner when holdsText(inner) -> operands(inner.getExpression());
        case BinaryTree sum when holdsText(sum) ->
            Stream.of(sum.getLeftOperand(), sum.getRightOperand())
                .flatMap(part -> operands(part).stream())
                .toList();
        default -> List.of(tree);
      };
    }

    private boolean isCompared() {
      return COMPARING.contains(caller(getCurrentPath()));
    }

    private boolean isShown() {
      return SHOWING.contains(caller(getCurrentPath()));
    }

    /**
     * Returns the method or class that gets the text as an argument, formatted or not; "" for
     * neither.
     */
    private static String caller(TreePath text) {
      TreePath around = text.getParentPath();
      return switch (around.getLeaf()) {
        case MethodInvocationTree call ->
            call.getArguments().contains(text.getLeaf())
                ? last(call.getMethodSelect())
                : caller(around);
        case NewClassTree made ->
            made.getArguments().contains(text.getLeaf()) ? last(made.getIdentifier()) : "";
        case AnnotationTree annotation -> last(annotation.getAnnotationType());
        case MemberSelectTree _, ConditionalExpressionTree _, ParenthesizedTree _ -> caller(around);
        case AssignmentTree _, NewArrayTree _ -> caller(around);
        default -> "";
      };
    }

    private static String last(Tree name) {
      return name.toString().replaceFirst("(?s)<.*", "").replaceFirst("(?s)^.*\\.", "");
    }
  }
}
