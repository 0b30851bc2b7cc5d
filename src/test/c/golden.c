/*
 * golden - tests dbg.c against the golden packets of src/test/resources/protocol, which the Java tests read
 * too. The program under test is included whole, with its main renamed.
 *
 * usage: golden DIRECTORY
 */
#include "client.c"

static void requests_are_built_as_written(void)
{
	static const char *const line[] = {"web", "net", "--", "ss", "-tln"};
	static const char *const bytes[] = {"", "\xc3\xa4\xe2\x82\xac", "\xff\xfe\xc0\x80", "\x1b[3m"};
	struct packet built, wanted;

	unsetenv("TZ");
	unsetenv("NO_COLOR");
	unsetenv("DBG_SHELL");
	unsetenv("DBG_TAB");
	setenv("TERM", "xterm", 1);
	build_request(&built, 5, line);
	wanted = golden("request-line");
	expect(same(&built, &wanted), "dbg web net -- ss -tln becomes request-line.hex");

	unsetenv("TERM");
	build_request(&built, 0, NULL);
	wanted = golden("request-empty");
	expect(same(&built, &wanted), "no words and no variables become request-empty.hex");

	build_request(&built, 4, bytes);
	wanted = golden("request-bytes");
	expect(same(&built, &wanted), "any bytes pass unchanged into request-bytes.hex");
}

static void a_terminal_s_size_is_told(void)
{
	static const char *const line[] = {"ps"};
	static const struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct packet built, wanted = golden("request-window");
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), saved = dup(2);

	/* Standard error alone is a terminal: it is checked last. */
	if (terminal < 0 || saved < 0 || ioctl(terminal, TIOCSWINSZ, &size) < 0 || dup2(terminal, 2) < 0)
		broken("no terminal");
	setenv("TERM", "xterm", 1);
	build_request(&built, 1, line);
	dup2(saved, 2);
	expect(same(&built, &wanted), "24 rows and 80 columns become request-window.hex");
}

static void a_signal_is_passed_on(void)
{
	struct packet sent, wanted = golden("signal");
	int ends[2], signals = hold_signals();
	ssize_t length;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
		broken("socketpair");
	note_tool();
	raise(SIGINT);
	pass_signal(signals, ends[0]);
	length = recv(ends[1], sent.bytes, sizeof(sent.bytes), MSG_DONTWAIT);
	sent.length = length < 0 ? 0 : (size_t)length;
	expect(same(&sent, &wanted), "SIGINT becomes signal.hex");
	close(ends[0]);
	close(ends[1]);
	close(signals);
}

static void a_new_size_is_passed_on(void)
{
	static const struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct packet sent, wanted = golden("window");
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), saved = dup(2), ends[2];
	ssize_t length;

	if (terminal < 0 || saved < 0 || ioctl(terminal, TIOCSWINSZ, &size) < 0 || dup2(terminal, 2) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
		broken("no terminal");
	pass_window_size(ends[0]);
	dup2(saved, 2);
	length = recv(ends[1], sent.bytes, sizeof(sent.bytes), MSG_DONTWAIT);
	sent.length = length < 0 ? 0 : (size_t)length;
	expect(same(&sent, &wanted), "24 rows and 80 columns become window.hex");
	close(ends[0]);
	close(ends[1]);
	close(terminal);
	close(saved);
}

struct effect {
	struct packet output, error;
	int status;
};

static void read_all(int fd, struct packet *all)
{
	ssize_t length;

	all->length = 0;
	while ((length = read(fd, all->bytes + all->length, sizeof(all->bytes) - all->length)) > 0)
		all->length += (size_t)length;
	close(fd);
}

/* Runs a client that receives these packets and then the end of the connection. */
static void obeying(struct effect *effect, const struct packet *packets, int count)
{
	int daemon[2], output[2], error[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, daemon) < 0 || pipe(output) < 0 || pipe(error) < 0)
		broken("pipes");
	for (int i = 0; i < count; i++)
		if (send(daemon[1], packets[i].bytes, packets[i].length, 0) < 0)
			broken("send");
	close(daemon[1]);
	child = fork();
	if (child < 0)
		broken("fork");
	if (child == 0) {
		dup2(output[1], 1);
		dup2(error[1], 2);
		for (;;)
			obey(daemon[0]);
	}
	close(daemon[0]);
	close(output[1]);
	close(error[1]);
	read_all(output[0], &effect->output);
	read_all(error[0], &effect->error);
	waitpid(child, &effect->status, 0);
}

static int exits(const struct effect *effect, int status)
{
	return WIFEXITED(effect->status) && WEXITSTATUS(effect->status) == status;
}

static int says(const struct packet *packet, const char *bytes, size_t length)
{
	return packet->length == length && memcmp(packet->bytes, bytes, length) == 0;
}

static void the_daemon_is_obeyed(void)
{
	struct packet all[] = {golden("output"), golden("error"), golden("exited")};
	struct packet death = golden("signalled");
	struct packet raw[] = {golden("raw"), golden("drawing"), golden("verbatim"), golden("exited")};
	struct effect effect;

	obeying(&effect, all, 3);
	expect(says(&effect.output, "hi\n\0\xff", 5), "output.hex is printed on standard output, byte for byte");
	expect(says(&effect.error, "dbg: no\n", 8), "error.hex is printed on standard error");
	expect(exits(&effect, 126), "exited.hex ends the client with 126");

	obeying(&effect, raw, 4);
	expect(exits(&effect, 126), "raw.hex, drawing.hex and verbatim.hex are understood, also without a terminal");

	obeying(&effect, &death, 1);
	expect(WIFSIGNALED(effect.status) && WTERMSIG(effect.status) == SIGTERM, "signalled.hex ends the client by SIGTERM");
}

static void a_shell_is_started(void)
{
	struct packet shell = golden("shell");
	struct effect effect;

	obeying(&effect, &shell, 1);
	expect(exits(&effect, DBG_FAILED), "shell.hex is refused if no shell was asked for");
	typed.shell = 1;
	obeying(&effect, &shell, 1);
	expect(exits(&effect, 42), "shell.hex makes the client a bash that runs the script");
	/* Without its last argument, of 4 and 9 bytes, it is whole. */
	for (size_t length = 2; length < golden("shell").length; length++) {
		if (length == golden("shell").length - 13)
			continue;
		shell = golden("shell");
		shell.length = length;
		obeying(&effect, &shell, 1);
		expect(exits(&effect, DBG_FAILED) && effect.error.length > 0, "a cut shell.hex is refused");
	}
	setenv("PATH", "/nowhere", 1);
	shell = golden("shell");
	obeying(&effect, &shell, 1);
	expect(exits(&effect, DBG_FAILED) && effect.error.length > 0, "a host without bash is told what to install");
}

/* As from dbgd: the packet brings the ends of pipes, and the client prints what is left in them at the end. */
static void streams_are_copied(void)
{
	struct packet packets[] = {golden("streams"), golden("exited")};
	int daemon[2], input[2], tool[2], errors[2], output[2], status;
	int ends[3];
	char said[64];
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(ends))];
	} control = {0};
	struct iovec data = {.iov_base = packets[0].bytes, .iov_len = packets[0].length};
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
	ssize_t length;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, daemon) < 0 || pipe(input) < 0 || pipe(tool) < 0 ||
	    pipe(errors) < 0 || pipe(output) < 0)
		broken("pipes");
	ends[0] = input[1];
	ends[1] = tool[0];
	ends[2] = errors[0];
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(ends));
	memcpy(CMSG_DATA(rights), ends, sizeof(ends));
	if (sendmsg(daemon[1], &message, 0) < 0 || write(tool[1], "from the tool", 13) != 13 ||
	    send(daemon[1], packets[1].bytes, packets[1].length, 0) < 0)
		broken("send");
	child = fork();
	if (child < 0)
		broken("fork");
	if (child == 0) {
		dup2(output[1], 1);
		forget_streams();
		for (;;)
			obey(daemon[0]);
	}
	close(output[1]);
	length = read(output[0], said, sizeof(said));
	expect(length == 13 && memcmp(said, "from the tool", 13) == 0, "what a tool has printed is printed at its end");
	waitpid(child, &status, 0);
	expect(WIFEXITED(status) && WEXITSTATUS(status) == 126, "after that the client ends as it is told");
}

static void what_is_not_of_the_protocol_ends_the_client_with_125(void)
{
	struct packet packet = golden("exited");
	struct effect effect;

	for (size_t length = 1; length < golden("exited").length; length++) {
		packet = golden("exited");
		packet.length = length;
		obeying(&effect, &packet, 1);
		expect(exits(&effect, DBG_FAILED) && effect.error.length > 0, "a cut exited.hex is refused");
	}
	packet = golden("exited");
	packet.length++;
	obeying(&effect, &packet, 1);
	expect(exits(&effect, DBG_FAILED), "a longer exited.hex is refused");

	packet = golden("exited");
	packet.bytes[1] = PROTOCOL_VERSION + 1;
	obeying(&effect, &packet, 1);
	expect(exits(&effect, DBG_FAILED), "another version is refused");

	packet = golden("exited");
	packet.bytes[0] = 0x7f;
	obeying(&effect, &packet, 1);
	expect(exits(&effect, DBG_FAILED), "an unknown packet is refused");

	packet = golden("streams");
	obeying(&effect, &packet, 1);
	expect(exits(&effect, DBG_FAILED), "streams without the streams are refused");

	packet = golden("request-line");
	obeying(&effect, &packet, 1);
	expect(exits(&effect, DBG_FAILED), "a client's own packet is refused");

	obeying(&effect, NULL, 0);
	expect(exits(&effect, DBG_FAILED), "a daemon that is gone ends the client with 125");
}

/* A drawer that shows on the end of a pipe; returns that, and the terminal of the shell's with the mark. */
static int drawer(int *terminal, char *mark)
{
	int ends[2], shown[2];
	pid_t child;

	if (pipe(shown) < 0 || open_written(ends) < 0 || (child = fork()) < 0)
		broken("a drawer");
	if (child == 0)
		become_drawer(ends[0], shown[1]);
	close(ends[0]);
	close(shown[1]);
	*terminal = ends[1];
	if (read(ends[1], mark, MARK_DIGITS + 1) != MARK_DIGITS + 1)
		broken("no mark");
	mark[MARK_DIGITS] = '\0';
	return shown[0];
}

static void only_the_shell_s_questions_are_answered(void)
{
	static const char expected[] = "^[_0^[\\a^[_00000000000000000000^[\\b\nc\n";
	char mark[MARK_DIGITS + 1], text[256] = "";
	struct pollfd ours;
	int shown = drawer(&ours.fd, mark);
	size_t length = 0;
	ssize_t got;

	dprintf(ours.fd, "\033_0\033\\a\033_%020d\033\\b\n\033_%s42\033\\c\n", 0, mark);
	ours.events = POLLIN;
	poll(&ours, 1, 10000);
	got = read(ours.fd, text, sizeof(text));
	expect(got == 3 && memcmp(text, "42\n", 3) == 0, "the shell's question is answered, and no other");
	close(ours.fd);
	while ((got = read(shown, text + length, sizeof(text) - length)) > 0)
		length += (size_t)got;
	expect(length == sizeof(expected) - 1 && memcmp(text, expected, length) == 0,
	       "what is no question is shown");
	close(shown);
}

/* Whoever would wait here, waits until the alarm ends the test. */
static void answers_that_nobody_reads_stop_nothing(void)
{
	char mark[MARK_DIGITS + 1], text[64];
	struct pollfd ours;
	int shown = drawer(&ours.fd, mark);
	ssize_t got = 0;

	alarm(60);
	for (int i = 0; i < 20000; i++)
		dprintf(ours.fd, "\033_%s%020d\033\\", mark, i);
	dprintf(ours.fd, "shown");
	expect(read(shown, text, sizeof(text)) == 5, "answers that nobody reads do not stop the drawer");
	tcflush(ours.fd, TCIFLUSH);
	dprintf(ours.fd, "\033_%s7\033\\", mark);
	ours.events = POLLIN;
	poll(&ours, 1, 10000);
	got = read(ours.fd, text, sizeof(text));
	expect(got == 2 && memcmp(text, "7\n", 2) == 0, "the next question is answered");
	alarm(0);
	close(ours.fd);
	close(shown);
}

/* Runs in a child at a terminal, with this many descriptors open besides the standard streams. */
static _Noreturn void start_with(int open_ones)
{
	int screen = posix_openpt(O_RDWR | O_NOCTTY);

	if (screen < 0 || grantpt(screen) < 0 || unlockpt(screen) < 0 ||
	    dup2(open(ptsname(screen), O_RDWR | O_NOCTTY), STDOUT_FILENO) < 0 || dup2(screen, 100) < 0)
		broken("a terminal");
	syscall(SYS_close_range, 3, 99, 0);
	while (open_ones-- > 0)
		open("/dev/null", O_RDONLY);
	start_drawer();
	_exit(fcntl(DRAWN_DESCRIPTOR, F_GETFD) == 0 && isatty(DRAWN_DESCRIPTOR) ? 0 : 1);
}

static void the_shell_gets_its_terminal_whatever_else_is_open(void)
{
	for (int open_ones = 0; open_ones < 10; open_ones++) {
		pid_t child = fork();
		int status;

		if (child == 0)
			start_with(open_ones);
		expect(child > 0 && waitpid(child, &status, 0) == child && status == 0,
		       "the shell gets its terminal whatever else is open");
	}
}

/* What remains of a line in the memory that the kernel shows as the command line, after the words were read. */
static void the_words_of_a_tool_leave_the_command_line(void)
{
	static const struct {
		const char *line;
		int stay;
	} rows[] = {
		{"web net -- curl -u me:S http://x", 4}, {"web curl -u me:S http://x", 2}, {"web net curl -u me:S", 3},
		{"-t --reason R web net -- curl S", 7},	 {"exec web -- curl S", 4},	   {"-u 5 web -- curl -- S", 5},
		{"--each web -- curl S", 4},		 {"explain web net -- curl S", 5}, {"ps web", 2},
		{"shell -c ls web", 4},			 {"web", 1},			   {"web net --", 3},
		{"completion --line -- web -- curl S", 4}, {"kill 5", 2},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[128], whole[128], *words[16];
		int count = 0, shown = 0, kept = 1;

		strcpy(text, rows[i].line);
		strcpy(whole, rows[i].line);
		for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
			words[count++] = word;
		words[count] = NULL;
		note_typed(words);
		for (char *word = strtok(whole, " "); word; word = strtok(NULL, " ")) {
			kept &= !strcmp(typed.words[shown], word);
			kept &= !strcmp(text + (word - whole), shown < rows[i].stay ? word : "");
			shown++;
		}
		expect(kept && shown == count, rows[i].line);
	}
	typed = (struct typed){.words = NULL};
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	directory = argv[1];
	if (chdir("/") < 0)
		broken("/");
	requests_are_built_as_written();
	the_words_of_a_tool_leave_the_command_line();
	a_terminal_s_size_is_told();
	a_signal_is_passed_on();
	a_new_size_is_passed_on();
	the_daemon_is_obeyed();
	streams_are_copied();
	a_shell_is_started();
	only_the_shell_s_questions_are_answered();
	answers_that_nobody_reads_stop_nothing();
	the_shell_gets_its_terminal_whatever_else_is_open();
	what_is_not_of_the_protocol_ends_the_client_with_125();
	return failures ? 1 : 0;
}
