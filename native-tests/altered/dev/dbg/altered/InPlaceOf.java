package dev.dbg.altered;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the annotated method stands for in an altered dbgd. It is static, and in the package of the
 * class that then calls it. Its parameters are the object, if there is one, and those of the method
 * that it replaces; a type that it can't name is Object.
 *
 * <ul>
 *   <li>{@code @InPlaceOf(Gate.class) static boolean permits(Gate gate, Request request)} is what
 *       {@code Gate.permits} does, whoever calls it.
 *   <li>With {@link #usedIn} or {@link #usedBy} it is what that class or method calls; others call
 *       {@code Gate.permits} itself, and so may this method.
 *   <li>Where {@link #name} is a field, it is what is read there, also if javac has copied a
 *       constant's value.
 * </ul>
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface InPlaceOf {
  /** The class that has the method or the field. */
  Class<?> value();

  /** The method or the field; without it, the method has the annotated method's name. */
  String name() default "";

  /** The class whose calls or reads are meant, with the classes in it. */
  Class<?> usedIn() default void.class;

  /**
   * The method whose calls or reads are meant, with its lambdas; {@code <init>} for constructors.
   */
  String usedBy() default "";
}
