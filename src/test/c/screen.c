/*
 * screen - tests screen.c, which makes a tool's output safe for a terminal. It compares the output with a
 * table, and checks with random bytes that a terminal obeys none of them but the permitted styles.
 */
#include "../../main/c/dbg/terminal/drawing.c"
#include "../../main/c/dbg/terminal/screen.c"

#include <sys/wait.h>

struct typed typed;

static int failures;

struct row {
	const char *written, *shown;
};

static const struct row in_utf8[] = {
	{"plain text\n\ttabbed\n", "plain text\n\ttabbed\n"},
	{"b\xc3\xa4r \xe2\x82\xac \xf0\x9f\x90\xb3", "b\xc3\xa4r \xe2\x82\xac \xf0\x9f\x90\xb3"},
	{"a line of another system\r\n", "a line of another system\r\n"},
	{"\x1b[1mServer\x1b[0m: caddy", "\x1b[1mServer\x1b[0m: caddy"},
	{"\x1b[01;34mdir\x1b[m", "\x1b[01;34mdir\x1b[m"},
	{"\x1b[0;31mlasting", "\x1b[0;31mlasting\x1b[m"},
	{"\x1b[1mended\x1b[1;0m", "\x1b[1mended\x1b[1;0m"},
	{"\x1b[1mlasts in the end \x1b[1", "\x1b[1mlasts in the end ^[[1\x1b[m"},
	{"hidden\rshown", "hidden^Mshown"},
	{"\r\r\n", "^M\r\n"},
	{"\x1b]0;title\a", "^[]0;title^G"},
	{"\x1b[2J\x1b[6n", "^[[2J^[[6n"},
	{"\x1b\x1b[1m", "^[\x1b[1m\x1b[m"},
	{"\x1b[8mconcealed", "^[[8mconcealed"},
	{"\x1b[1;8mconcealed", "^[[1;8mconcealed"},
	{"\x1b[30mblack\x1b[47mwhite", "^[[30mblack^[[47mwhite"},
	{"\x1b[38;5;1m", "^[[38;5;1m"},
	{"\x1b[1;1;1;1;1;1;1;1;1m", "^[[1;1;1;1;1;1;1;1;1m"},
	{"\x1bP+q544e\x1b\\", "^[P+q544e^[\\"},
	{"back\b\x7f\v\f\x0e", "back^H^?^K^L^N"},
	{"\x9b" "2J \xff", "<9B>2J <FF>"},
	{"\xc2\x9b" "2J", "<U+009B>2J"},
	{"overlong \xc0\x9b \xe0\x80\x9b", "overlong <C0><9B> <E0><80><9B>"},
	{"cut \xe2\x82 short", "cut <E2><82> short"},
	{"surrogate \xed\xa0\x80", "surrogate <ED><A0><80>"},
	{"too much \xf4\x90\x80\x80 \xf5", "too much <F4><90><80><80> <F5>"},
	{"\xe2\x80\xae" "txt.exe", "<U+202E>txt.exe"},
	{"\xd8\x9c \xe2\x80\x8b \xf3\xa0\x81\x81", "<U+061C> <U+200B> <U+E0041>"},
	{"\xe2\x82\x1b[1m", "<E2><82>\x1b[1m\x1b[m"},
	{"in the end \x1b[1", "in the end ^[[1"},
	{"in the end \xf0\x9f\x90", "in the end <F0><9F><90>"},
	{"in the end \r", "in the end ^M"},
};

static const struct row elsewhere[] = {
	{"b\xc3\xa4r \xe2\x80\xa6", "b\xc3\xa4r \xe2\x80\xa6"},
	{"\xe2\x9b\x94" "2J", "<E2><9B><94>2J"},
	{"\xc2\x9b" "2J \x9b", "<C2><9B>2J <9B>"},
	{"\x1b[1mbold", "\x1b[1mbold\x1b[m"},
};

/* A recording, replayed: what draws passes, what would last is dropped, strings are shown. */
static const struct row drawn_rows[] = {
	{"\x1b[H\x1b[2J\x1b[12;40Hload\x1b[K\x1b[3A\b\rx", "\x1b[H\x1b[2J\x1b[12;40Hload\x1b[K\x1b[3A\b\rx"},
	{"\x1b(B\x1b[mtop\x0f \x1b[7m\x1b[4dx\x1b[80b\x1bM", "\x1b[mtop \x1b[7m\x1b[4dx\x1b[80b\x1bM"},
	{"\x1b[?1049h\x1b[?1h\x1b=\x1b[?25l\x1b[?1000;1006hscreen, keys, mouse", "screen, keys, mouse"},
	{"\x1b[6n\x1b[c\x1b[>c\x1b[0x\x1b[?1$p\x1b[21t\x1b[5nasked", "asked"},
	{"\x1b[2;5r\x1b[4h\x1b[20h\x1b[!p\x1b[1 q\x1b[s\x1b[u\x1b" "7\x1b" "8kept", "kept"},
	{"\x1b(0lines\x1b)0\x0e\x0f", "lines"},
	{"\x1b[8mconcealed\x1b[30;40m\x1b[38;2;0;0;0m", "concealed"},
	{"\x1b[3Jkept lines \x1b[1000b\x1b[99999A", "kept lines "},
	{"\x1b]0;title\a\x1b]52;c;ZWNobw==\x1b\\", "^[]0;title^G^[]52;c;ZWNobw==^[\\"},
	{"\x1bP$qm\x1b\\\x1b_x\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\", "^[P$qm^[\\^[_x^[\\^[^x^[\\^[Xx^[\\"},
	{"\x1b" "c\x1bN\x1bO\x1b#8\x1b%@\x1b*0", "^[c^[N^[O^[#8^[%@^[*0"},
	{"\x9b" "6n\xc2\x9b" "6n\x90", "<9B>6n<U+009B>6n<90>"},
	{"\x1b[1\x1b[6n\x1b[2\x1b[1mx", "^[[1^[[2\x1b[1mx"},
	{"\x1b[6\nn\x1b[\x18", "^[[6\nn^[[^X"},
	{"\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1n", "^[[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1n"},
	{"in the end \x1b[6", "in the end ^[[6"},
	{"b\xc3\xa4r \xe2\x80\xae", "b\xc3\xa4r <U+202E>"},
};

static void expect(const char *written, const char *wanted, size_t part, int returns)
{
	struct screen screen = {.returns = returns};
	char shown[4096];
	size_t length = 0;

	for (size_t at = 0; at < strlen(written); at += part) {
		size_t left = strlen(written) - at;

		length += show(&screen, written + at, left < part ? left : part, shown + length);
	}
	length += show(&screen, "", 0, shown + length);
	shown[length] = '\0';
	if (strcmp(shown, wanted) != 0) {
		fprintf(stderr, "screen: '%s', %zu bytes at a time, is shown as '%s'\n", wanted, part, shown);
		failures++;
	}
}

static void what_is_written_is_shown_as_the_table_has_it(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t part = 1; part <= 32; part++)
			expect(rows[i].written, rows[i].shown, part, 0);
}

/* Whether what follows an escape only draws: written apart from drawing.c. */
static int only_draws(const char *shown, size_t length, size_t at)
{
	size_t end = at + 2, digits = 0;

	if (at + 1 < length && shown[at + 1] == 'M')
		return 1;
	if (at + 1 >= length || shown[at + 1] != '[')
		return 0;
	for (; end < length && strchr("0123456789;", shown[end]); end++) {
		digits = shown[end] == ';' ? 0 : digits + 1;
		if (digits > 3)
			return 0;
	}
	return end < length && strchr("ABCDEFGHJKLMPX@bdfm", shown[end]) &&
	       !(shown[end] == 'J' && memchr(shown + at, '3', end - at));
}

static int is_obeyed_by_a_terminal(const char *shown, size_t length, size_t at)
{
	unsigned char byte = (unsigned char)shown[at];

	if (drawing && (byte == '\r' || byte == '\b'))
		return 0;
	if (drawing && byte == ESCAPE)
		return !only_draws(shown, length, at);

	if (byte == '\r')
		return at + 1 == length || shown[at + 1] != '\n';
	if (byte == ESCAPE) {
		size_t end = at + 1;

		while (end < length && strchr("[0123456789;", shown[end]))
			end++;
		return end == length || shown[end] != 'm';
	}
	return (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
}

/* Special bytes in random order: uniformly random bytes would rarely form a sequence. */
static void nothing_is_obeyed_of_any_bytes(void)
{
	static const char bytes[] = "\x1b\x1b\x1b[[;;01389mmHJ\r\n\b\a\x7f\xc2\x9b\x80\xe2\xa8\xae\xf0\xffx]PMnchbr(?$ ";
	struct screen screen = {0};
	char written[256], shown[MOST_SHOWN(sizeof(written))];

	srand(1);
	for (int i = 0; i < 50000; i++) {
		size_t length = 1 + (size_t)rand() % sizeof(written), made;

		for (size_t at = 0; at < length; at++)
			written[at] = bytes[(size_t)rand() % (sizeof(bytes) - 1)];
		made = show(&screen, written, length, shown);
		if (made > sizeof(shown))
			abort();
		/* The end of one part may be the beginning of a sequence: the empty part flushes it. */
		made += show(&screen, "", 0, shown + made);
		for (size_t at = 0; at < made; at++)
			if (is_obeyed_by_a_terminal(shown, made, at)) {
				fprintf(stderr, "screen: a terminal obeys byte %02x\n", (unsigned char)shown[at]);
				failures++;
				return;
			}
	}
}

/* In a child, as screen.c reads the locale from the environment only once. */
static int in_locale(const char *name, int drawn_too, const struct row *rows, size_t count)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		setenv("LC_ALL", name, 1);
		drawing = drawn_too;
		what_is_written_is_shown_as_the_table_has_it(rows, count);
		nothing_is_obeyed_of_any_bytes();
		exit(failures > 0);
	}
	return child < 0 || waitpid(child, &status, 0) != child || status != 0;
}

/* Prints the characters that are drawn, each as a number in a line, for the test that compares them with dbgd's. */
static int print_drawn(void)
{
	setenv("LC_ALL", "C.UTF-8", 1);
	for (uint32_t point = 0x80; point <= 0x10ffff; point++) {
		struct screen screen = {.returns = 0};
		char bytes[4], shown[MOST_SHOWN(4)];
		size_t length = 0;

		if (point >= 0xd800 && point <= 0xdfff)
			continue;
		if (point >= 0x10000) {
			bytes[length++] = (char)(0xf0 | point >> 18);
			bytes[length++] = (char)(0x80 | (point >> 12 & 0x3f));
			bytes[length++] = (char)(0x80 | (point >> 6 & 0x3f));
		} else if (point >= 0x800) {
			bytes[length++] = (char)(0xe0 | point >> 12);
			bytes[length++] = (char)(0x80 | (point >> 6 & 0x3f));
		} else {
			bytes[length++] = (char)(0xc0 | point >> 6);
		}
		bytes[length++] = (char)(0x80 | (point & 0x3f));
		if (show(&screen, bytes, length, shown) != length || memcmp(bytes, shown, length) != 0)
			printf("%u\n", point);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "drawn") == 0)
		return print_drawn();
	expect("  10%\r 100%\n", "  10%\r 100%\n", 64, 1);
	failures += in_locale("en_GB.UTF-8", 0, in_utf8, sizeof(in_utf8) / sizeof(in_utf8[0]));
	failures += in_locale("C", 0, elsewhere, sizeof(elsewhere) / sizeof(elsewhere[0]));
	failures += in_locale("en_GB.UTF-8", 1, drawn_rows, sizeof(drawn_rows) / sizeof(drawn_rows[0]));
	return failures ? 1 : 0;
}
