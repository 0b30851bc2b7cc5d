package dev.dbg.altered;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A class of the tests whose methods stand in places of main's. Main's class files are altered, and
 * not its sources: the places are found by name and type, whatever the text looks like.
 */
public final class Alteration {
  private static final String CLASS = ".class";

  private final String name;
  private final List<Place> places;

  private Alteration(String name, List<Place> places) {
    this.name = name;
    this.places = places;
  }

  /**
   * That of a class with methods that have the annotation {@link InPlaceOf}.
   *
   * @param name as {@link Class#getName} has it
   */
  public static Alteration of(String name) {
    ClassModel test = ClassFile.of().parse(ofTests(name));
    List<Place> places =
        test.methods().stream().flatMap(method -> Place.of(test, method).stream()).toList();
    if (places.isEmpty()) {
      throw new IllegalStateException(name + " stands in no place of main's");
    }
    return new Alteration(name, places);
  }

  /**
   * Class files to write below {@code root}, where main's are: main's that are altered, and the
   * tests'.
   *
   * @throws IllegalStateException if main has no such place
   */
  public Map<Path, byte[]> in(Path root) throws IOException {
    return in(root, false);
  }

  /**
   * The same where main's own code stays beside the tests', which is called only if {@link
   * Switches} says so. Several alterations can be in one jar in this way, whose cache serves all.
   */
  public Map<Path, byte[]> switchableIn(Path root) throws IOException {
    return in(root, true);
  }

  private Map<Path, byte[]> in(Path root, boolean isSwitchable) throws IOException {
    Map<Path, byte[]> files = new LinkedHashMap<>();
    for (Place place : places) {
      if (!place.user().packageName().equals(place.test().packageName())) {
        throw new IllegalStateException(place + ": it must be in that class's package");
      }
      boolean isFound = false;
      for (String user : nest(root, place)) {
        Path path = root.resolve(user);
        byte[] before = files.containsKey(path) ? files.get(path) : Files.readAllBytes(path);
        Optional<byte[]> after = altered(root, place, before, isSwitchable);
        after.ifPresent(bytes -> files.put(path, bytes));
        isFound |= after.isPresent();
      }
      if (!isFound) {
        throw new IllegalStateException(place + ": main has no such place");
      }
    }
    for (String own : own()) {
      files.put(root.resolve(file(own)), ofTests(own));
    }
    return files;
  }

  /** The class itself, and those beside and around it that it may use. */
  private List<String> own() {
    String host = name.replaceFirst("\\$.*", "");
    List<String> all =
        new ArrayList<>(List.of(host, Pause.class.getName(), Switches.class.getName()));
    members(ClassFile.of().parse(ofTests(host))).forEach(one -> all.add(one.replace('/', '.')));
    return all;
  }

  private static List<String> members(ClassModel host) {
    return host.findAttribute(Attributes.nestMembers())
        .map(all -> all.nestMembers().stream().map(one -> one.asInternalName()).toList())
        .orElse(List.of());
  }

  /** The files of main's classes in which the place may be. */
  private static List<String> nest(Path root, Place place) throws IOException {
    ClassModel user = ClassFile.of().parse(root.resolve(file(place.user())));
    List<String> all = new ArrayList<>(List.of(file(place.user())));
    if (place.isUse() || !hasBody(user, place)) {
      members(user).forEach(one -> all.add(one + CLASS));
    }
    return all;
  }

  private static boolean hasBody(ClassModel user, Place place) {
    return user.methods().stream().anyMatch(place::isBodyOf);
  }

  private Optional<byte[]> altered(Path root, Place place, byte[] bytes, boolean isSwitchable)
      throws IOException {
    ClassFile classes = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy(root)));
    ClassModel before = classes.parse(bytes);
    Rewriting rewriting =
        new Rewriting(
            place,
            constant(root, place),
            hasBody(before, place),
            isSwitchable ? Optional.of(name) : Optional.empty());
    byte[] after = classes.transformClass(before, rewriting::accept);
    if (!rewriting.isDone) {
      return Optional.empty();
    }
    List<VerifyError> errors = classes.verify(after);
    if (!errors.isEmpty()) {
      throw new IllegalStateException(place + ": " + errors);
    }
    return Optional.of(after);
  }

  /** Main's classes, and those of its libraries, which are in the class path. */
  private static ClassHierarchyResolver hierarchy(Path root) {
    return ClassHierarchyResolver.ofResourceParsing(
            (ClassDesc type) -> {
              try {
                Path path = root.resolve(file(type));
                return Files.exists(path) ? Files.newInputStream(path) : null;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .orElse(ClassHierarchyResolver.defaultResolver());
  }

  /** The value that javac has copied to where the field is read; null if it has not. */
  private static @Nullable ConstantDesc constant(Path root, Place place) throws IOException {
    Path holder = root.resolve(file(place.holder()));
    if (!Files.exists(holder)) {
      return null;
    }
    for (FieldModel field : ClassFile.of().parse(holder).fields()) {
      if (field.fieldName().equalsString(place.name())) {
        return field
            .findAttribute(Attributes.constantValue())
            .map(value -> value.constant().constantValue())
            .orElse(null);
      }
    }
    return null;
  }

  private static String file(ClassDesc type) {
    return type.descriptorString().replaceFirst("^L(.*);$", "$1") + CLASS;
  }

  private static String file(String name) {
    return name.replace('.', '/') + CLASS;
  }

  private static byte[] ofTests(String name) {
    try (InputStream file = Alteration.class.getResourceAsStream("/" + file(name))) {
      if (file == null) {
        throw new IllegalStateException("the tests have no class " + name);
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One way through a class. */
  private static final class Rewriting {
    private final Place place;
    private final @Nullable ConstantDesc constant;
    private final boolean isBody;
    private final Optional<String> switchedBy;
    private boolean isDone;

    Rewriting(
        Place place, @Nullable ConstantDesc constant, boolean isBody, Optional<String> switchedBy) {
      this.place = place;
      this.constant = constant;
      this.isBody = isBody;
      this.switchedBy = switchedBy;
    }

    void accept(ClassBuilder to, ClassElement element) {
      if (!(element instanceof MethodModel method)) {
        to.with(element);
      } else if (place.isBodyOf(method)) {
        isDone = true;
        to.transformMethod(
            method,
            (builder, part) -> {
              if (part instanceof CodeModel main) {
                builder.withCode(code -> body(code, main));
              } else {
                builder.with(part);
              }
            });
      } else if (!isBody && place.concerns(method)) {
        to.transformMethod(method, MethodTransform.transformingCode(calls()));
      } else {
        to.with(method);
      }
    }

    private void body(CodeBuilder code, CodeModel main) {
      if (switchedBy.isEmpty()) {
        place.body(code);
      } else {
        isOn(code, switchedBy.get()).ifThen(place::body);
        main.forEach(code::with);
      }
    }

    private CodeTransform calls() {
      return (code, element) -> {
        Optional<Consumer<CodeBuilder>> other = place.inPlaceOf(element, constant);
        isDone |= other.isPresent();
        if (other.isEmpty()) {
          code.with(element);
        } else if (switchedBy.isEmpty()) {
          other.get().accept(code);
        } else {
          isOn(code, switchedBy.get())
              .ifThenElse(other.get()::accept, asItWas -> asItWas.with(element));
        }
      };
    }

    private static CodeBuilder isOn(CodeBuilder code, String alteration) {
      return code.ldc(alteration)
          .invokestatic(
              Switches.class.describeConstable().orElseThrow(),
              "isOn",
              MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_String));
    }
  }
}
