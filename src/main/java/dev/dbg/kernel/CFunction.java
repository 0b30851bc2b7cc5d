package dev.dbg.kernel;

import com.kenai.jffi.ArrayFlags;
import com.kenai.jffi.CallContext;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * One function of the C library, called by jffi as jnr-ffi would call it. Every word is passed and
 * returned as one of 64 bits, which holds for integers and pointers in the ABIs of x86-64 and
 * arm64: a function looks at the low half of a word that is an int, and who called it at that of
 * the result. errno is kept for the thread, {@link Native#lastErrno}. Any thread may call it.
 */
class CFunction {
  private static final int MOST_WORDS = 7;

  private static final Invoker INVOKER = Invoker.getInstance();
  private static final Library LIBRARY = Library.getCachedInstance("libc.so.6", Library.LAZY);

  /** One for each number of words. */
  private static final CallContext[] CONTEXTS =
      IntStream.rangeClosed(0, MOST_WORDS).mapToObj(CFunction::context).toArray(CallContext[]::new);

  private final String name;

  /** Whether it reads the arrays of bytes that it is given, or fills them. */
  private final int arrays;

  /** 0 if this C library has no such function. */
  private final long address;

  CFunction(String name) {
    this.name = name;
    arrays = name.equals("write") ? ArrayFlags.IN : ArrayFlags.OUT;
    address = LIBRARY.getSymbolAddress(name);
  }

  private static CallContext context(int words) {
    Type[] types = new Type[words];
    // jffi puts arrays in places of pointers only.
    Arrays.fill(types, Type.POINTER);
    return new CallContext(Type.SLONG, types);
  }

  /**
   * Calls it.
   *
   * @param words numbers, {@link Pointer}s, strings, arrays of bytes, and null
   * @throws UnsatisfiedLinkError if there is no such function
   */
  long call(@Nullable Object... words) {
    if (address == 0) {
      throw new UnsatisfiedLinkError("the C library has no " + name);
    }
    CallContext context = CONTEXTS[words.length];
    for (Object word : words) {
      if (word instanceof String || word instanceof byte[]) {
        return INVOKER.invokeLong(context, address, buffer(context, words));
      }
    }
    return switch (words.length) {
      case 0 -> INVOKER.invokeN0(context, address);
      case 1 -> INVOKER.invokeN1(context, address, number(words[0]));
      case 2 -> INVOKER.invokeN2(context, address, number(words[0]), number(words[1]));
      case 3 ->
          INVOKER.invokeN3(context, address, number(words[0]), number(words[1]), number(words[2]));
      default -> INVOKER.invokeLong(context, address, buffer(context, words));
    };
  }

  /**
   * What takes memory for each call, and so is not done for the short ones that dbgd makes most.
   */
  private HeapInvocationBuffer buffer(CallContext context, @Nullable Object... words) {
    HeapInvocationBuffer buffer = new HeapInvocationBuffer(context);
    for (Object word : words) {
      if (word instanceof String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.putArray(bytes, 0, bytes.length, ArrayFlags.IN | ArrayFlags.NULTERMINATE);
      } else if (word instanceof byte[] bytes) {
        buffer.putArray(bytes, 0, bytes.length, arrays);
      } else {
        buffer.putLong(number(word));
      }
    }
    return buffer;
  }

  private static long number(@Nullable Object word) {
    if (word instanceof Pointer memory) {
      return memory.address();
    }
    return word == null ? 0 : ((Number) word).longValue();
  }
}
