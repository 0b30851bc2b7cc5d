package dev.dbg.altered;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One method of a test's class and where it stands, as {@link InPlaceOf} says.
 *
 * @param holder main's class, or one of Java's, with the method or field {@code name}
 * @param user the class that is altered
 * @param usedBy the method of it; empty for all
 * @param isUse whether it is called in place of the method, and not as its body
 */
record Place(
    ClassDesc test,
    String method,
    MethodTypeDesc type,
    ClassDesc holder,
    String name,
    ClassDesc user,
    String usedBy,
    boolean isUse) {

  /** The annotated method's; empty if it has no annotation. */
  static Optional<Place> of(ClassModel test, MethodModel method) {
    return method
        .findAttribute(Attributes.runtimeInvisibleAnnotations())
        .flatMap(
            all ->
                all.annotations().stream()
                    .filter(
                        one ->
                            one.classSymbol()
                                .equals(InPlaceOf.class.describeConstable().orElseThrow()))
                    .findFirst())
        .map(said -> of(test, method, said));
  }

  private static Place of(ClassModel test, MethodModel method, Annotation said) {
    String name = method.methodName().stringValue();
    ClassDesc holder = ConstantDescs.CD_void;
    ClassDesc user = null;
    String usedBy = "";
    for (AnnotationElement element : said.elements()) {
      switch (element.value()) {
        case AnnotationValue.OfClass one when element.name().equalsString("value") ->
            holder = one.classSymbol();
        case AnnotationValue.OfClass one -> user = one.classSymbol();
        case AnnotationValue.OfString one when element.name().equalsString("name") ->
            name = one.stringValue();
        case AnnotationValue.OfString one -> usedBy = one.stringValue();
        default -> throw new IllegalStateException("unknown element " + element);
      }
    }
    boolean isUse = user != null || !usedBy.isEmpty();
    return new Place(
        test.thisClass().asSymbol(),
        method.methodName().stringValue(),
        method.methodTypeSymbol(),
        holder,
        name,
        user == null ? holder : user,
        usedBy,
        isUse);
  }

  /** For whoever reads that it was not found. */
  @Override
  public String toString() {
    return "%s.%s%s: %s.%s%s"
        .formatted(
            test.displayName(),
            method,
            type.displayDescriptor(),
            holder.displayName(),
            name,
            isUse ? " in %s %s".formatted(user.displayName(), usedBy) : "");
  }

  /** Whether it is the body of this method of the holder's. */
  boolean isBodyOf(MethodModel its) {
    return !isUse
        && its.methodName().equalsString(name)
        && fits(its.methodTypeSymbol(), its.flags());
  }

  private boolean fits(MethodTypeDesc its, AccessFlags flags) {
    return flags.has(AccessFlag.STATIC) ? fits(its) : fits(its.insertParameterTypes(0, holder));
  }

  private boolean fits(MethodTypeDesc its) {
    if (!its.returnType().equals(type.returnType())
        || its.parameterCount() != type.parameterCount()) {
      return false;
    }
    for (int i = 0; i < its.parameterCount(); i++) {
      ClassDesc given = its.parameterType(i);
      ClassDesc taken = type.parameterType(i);
      if (!given.equals(taken)
          && !(taken.equals(ConstantDescs.CD_Object) && !given.isPrimitive())) {
        return false;
      }
    }
    return true;
  }

  /** Whether uses in this method of the user's are meant. */
  boolean concerns(MethodModel its) {
    String lambdas =
        switch (usedBy) {
          case ConstantDescs.INIT_NAME -> "new";
          case ConstantDescs.CLASS_INIT_NAME -> "static";
          default -> usedBy;
        };
    String found = its.methodName().stringValue();
    return usedBy.isEmpty() || found.equals(usedBy) || found.startsWith("lambda$" + lambdas + "$");
  }

  /** Calls the method with what main's was called with. */
  void body(CodeBuilder code) {
    int slot = 0;
    for (ClassDesc parameter : type.parameterList()) {
      TypeKind kind = TypeKind.from(parameter);
      code.loadLocal(kind, slot);
      slot += kind.slotSize();
    }
    call(code);
    code.return_(TypeKind.from(type.returnType()));
  }

  private void call(CodeBuilder code) {
    code.invokestatic(test, method, type);
  }

  /**
   * What writes a call of the method, if the element is what it stands for.
   *
   * @param constant the value of the field, if javac copies it
   */
  Optional<Consumer<CodeBuilder>> inPlaceOf(CodeElement element, @Nullable ConstantDesc constant) {
    boolean isMeant =
        switch (element) {
          case InvokeInstruction call ->
              isHolder(call.owner().asSymbol(), call.name().stringValue())
                  && fits(
                      call.opcode() == Opcode.INVOKESTATIC
                          ? call.typeSymbol()
                          : call.typeSymbol().insertParameterTypes(0, holder));
          case FieldInstruction read ->
              isHolder(read.owner().asSymbol(), read.name().stringValue()) && isRead(read);
          case ConstantInstruction copy -> copy.constantValue().equals(constant);
          default -> false;
        };
    if (isMeant) {
      return Optional.of(this::call);
    }
    return switch (element) {
      case ConstantInstruction copy
          when constant instanceof Integer value
              && copy.constantValue().equals(value.longValue()) ->
          Optional.of(this::widened);
      case InvokeDynamicInstruction lambda -> inPlaceOf(lambda);
      default -> Optional.empty();
    };
  }

  private void widened(CodeBuilder code) {
    call(code);
    code.i2l();
  }

  private boolean isHolder(ClassDesc owner, String named) {
    return owner.equals(holder) && named.equals(name);
  }

  private boolean isRead(FieldInstruction access) {
    return switch (access.opcode()) {
      case GETSTATIC -> fits(MethodTypeDesc.of(access.typeSymbol()));
      case GETFIELD -> fits(MethodTypeDesc.of(access.typeSymbol(), holder));
      default -> false;
    };
  }

  /** A method that is named, as in {@code Gate::permits}. */
  private Optional<Consumer<CodeBuilder>> inPlaceOf(InvokeDynamicInstruction lambda) {
    List<ConstantDesc> arguments = lambda.bootstrapArgs().stream().map(this::inPlaceOf).toList();
    if (arguments.equals(lambda.bootstrapArgs())) {
      return Optional.empty();
    }
    return Optional.of(
        code ->
            code.invokedynamic(
                DynamicCallSiteDesc.of(
                    lambda.bootstrapMethod(),
                    lambda.name().stringValue(),
                    lambda.typeSymbol(),
                    arguments.toArray(ConstantDesc[]::new))));
  }

  private ConstantDesc inPlaceOf(ConstantDesc argument) {
    return argument instanceof DirectMethodHandleDesc named
            && isHolder(named.owner(), named.methodName())
            && fits(named.invocationType())
        ? MethodHandleDesc.ofMethod(DirectMethodHandleDesc.Kind.STATIC, test, method, type)
        : argument;
  }
}
