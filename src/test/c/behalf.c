/*
 * behalf - tests `dbg stdio` as the agent of a Kubernetes cluster starts it, with the golden packets of
 * src/test/resources/protocol.
 *
 * usage: behalf DIRECTORY SOCKET, a path where nothing is
 */
#include "client.c"

static int listening;

/* Standard input and output of a stdio, if they are no pipes of its own. */
static int connection = -1;

/* The connection of a stdio that has been started, and what it prints on the three streams. */
struct started {
	pid_t pid;
	int in, out, err;
};

static void listen_as_daemon(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (listening < 0 || bind(listening, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listening, 8) < 0)
		broken("listen");
	setenv("DBG_SOCKET", path, 1);
}

/* Starts stdio with this number in the variable, and with this packet in a file as descriptor 9 if there is one. */
static struct started start(const char *number, const void *bytes, size_t length)
{
	int in[2], out[2], err[2], file = memfd_create("behalf", MFD_CLOEXEC);
	struct started started;

	if (file < 0 || pipe(in) < 0 || pipe(out) < 0 || pipe(err) < 0 ||
	    write(file, bytes, length) != (ssize_t)length || lseek(file, 0, SEEK_SET) != 0)
		broken("start");
	started = (struct started){.pid = fork(), .in = in[1], .out = out[0], .err = err[0]};
	if (started.pid < 0)
		broken("fork");
	if (started.pid == 0) {
		if (dup2(connection < 0 ? in[0] : connection, 0) < 0 || dup2(connection < 0 ? out[1] : connection, 1) < 0 ||
		    dup2(err[1], 2) < 0 || dup2(file, 9) < 0)
			broken("dup2");
		/* All others, as after an exec. */
		syscall(SYS_close_range, 10, ~0U, 0);
		syscall(SYS_close_range, 3, 8, 0);
		if (number)
			setenv("DBG_BEHALF", number, 1);
		run_stdio();
	}
	close(file);
	close(in[0]);
	close(out[1]);
	close(err[1]);
	return started;
}

static void put_all(int fd, const void *bytes, size_t length)
{
	if (write(fd, bytes, length) != (ssize_t)length)
		broken("write");
}

/* Sends the greeting and a packet, as the other side does. */
static void send_request_of_client(const struct started *started, const struct packet *packet)
{
	static struct frames theirs;

	theirs = (struct frames){.in = -1, .out = started->in};
	put_greeting(&theirs, GREETING_OF_CLIENT);
	put_frame(&theirs, FRAME_PACKET, packet->bytes, packet->length);
	while (has_unsent(&theirs))
		send_frames(&theirs);
}

static struct packet received(int daemon)
{
	struct packet packet;
	ssize_t length = recv(daemon, packet.bytes, sizeof(packet.bytes), 0);

	packet.length = length < 0 ? 0 : (size_t)length;
	return packet;
}

static int ended(struct started *started)
{
	int status;

	if (waitpid(started->pid, &status, 0) < 0)
		broken("waitpid");
	close(started->in);
	close(started->out);
	close(started->err);
	return status;
}

static void who_asks_is_told_before_the_request(void)
{
	struct packet behalf = golden("behalf"), request = golden("request-line"), first, second, last = golden("exited");
	struct started started = start("9", behalf.bytes, behalf.length);
	int daemon = accept(listening, NULL, NULL), status;

	first = received(daemon);
	expect(same(&first, &behalf), "the packet is dbgd's first, before the other side has said anything");
	send_request_of_client(&started, &request);
	second = received(daemon);
	expect(same(&second, &request), "the request comes after it, unchanged");
	send(daemon, last.bytes, last.length, 0);
	status = ended(&started);
	expect(WIFEXITED(status) && WEXITSTATUS(status) == 126, "the agent learns how the line ended");
	close(daemon);
}

/* Another process of the agent's user would reach dbgd's socket by the root of this one. */
static void it_is_hidden_from_others_of_its_user(void)
{
	int ends[2], status;
	pid_t child;

	if (pipe(ends) < 0 || (child = fork()) < 0)
		broken("fork");
	if (child == 0) {
		struct packet packet;
		char number[16];

		snprintf(number, sizeof(number), "%d", ends[0]);
		setenv("DBG_BEHALF", number, 1);
		put_all(ends[1], "x", 1);
		close(ends[1]);
		_exit(take_behalf(&packet) == 1 && prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
	}
	close(ends[0]);
	close(ends[1]);
	waitpid(child, &status, 0);
	expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "who asks for others is hidden from others of its user");
}

/* An agent's place is lent: the kernel is asked to end who keeps it. */
static void after_dbgds_last_word_its_time_is_bounded(void)
{
	struct packet last = golden("exited");

	for (int on_behalf = 0; on_behalf < 2; on_behalf++) {
		int ends[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
			broken("socketpair");
		other_end.is_on_behalf = on_behalf;
		other_end.daemon = ends[0];
		send(ends[1], last.bytes, last.length, 0);
		take_from_daemon();
		expect((alarm(0) > 0) == on_behalf, "who takes nothing more keeps an agent's place for a while only");
		close(ends[1]);
	}
	memset(&other_end, 0, sizeof(other_end));
}

static void whom_a_signal_ends_has_its_number(void)
{
	struct packet behalf = golden("behalf"), last = golden("signalled");
	struct started started = start("9", behalf.bytes, behalf.length);
	int daemon = accept(listening, NULL, NULL), status;

	received(daemon);
	send(daemon, last.bytes, last.length, 0);
	status = ended(&started);
	expect(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGTERM, "a tool that died has 128 and the signal");
	close(daemon);
}

static void a_daemon_that_says_nothing_has_no_status(void)
{
	struct packet behalf = golden("behalf");
	struct started started = start("9", behalf.bytes, behalf.length);
	int status;

	close(accept(listening, NULL, NULL));
	status = ended(&started);
	expect(WIFEXITED(status) && WEXITSTATUS(status) == DBG_FAILED, "a dbgd that is gone is dbg's failure");
}

static void without_the_variable_it_is_the_other_end_of_ssh(void)
{
	struct packet behalf = golden("behalf"), request = golden("request-line"), first, last = golden("exited");
	struct started started = start(NULL, behalf.bytes, behalf.length);
	int daemon, status;

	send_request_of_client(&started, &request);
	daemon = accept(listening, NULL, NULL);
	first = received(daemon);
	expect(same(&first, &request), "without the variable the request is the first packet");
	send(daemon, last.bytes, last.length, 0);
	status = ended(&started);
	expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "then its own status is not the line's");
	close(daemon);
}

/* What the other side is sent, up to the end. */
static size_t sent_by(const struct started *started, unsigned char *bytes, size_t room)
{
	size_t all = 0;
	ssize_t got;

	while ((got = read(started->out, bytes + all, room - all)) > 0)
		all += (size_t)got;
	return all;
}

static void a_daemon_that_is_away_is_told_to_the_user(void)
{
	static const unsigned char exited[] = {0x01, 0, 0, 0, 6, 0x83, 0x03, 0, 0, 0, DBG_FAILED};
	static const char error[] = "\x82\x03" "dbg: cannot reach dbgd on the pod's node: No such file or directory: ";
	struct packet behalf = golden("behalf");
	char *path = strdup(getenv("DBG_SOCKET"));
	unsigned char bytes[1024];
	struct started started;
	size_t length, line;
	int status;

	setenv("DBG_SOCKET", "/nowhere/dbg.sock", 1);
	started = start("9", behalf.bytes, behalf.length);
	length = sent_by(&started, bytes, sizeof(bytes));
	status = ended(&started);
	line = (size_t)((const unsigned char *)memchr(bytes, '\n', length) - bytes) + 1;
	expect(!memcmp(bytes, "dbg-stdio 1 3 ", 14), "the greeting comes first");
	expect(length > line + 5 + sizeof(error) && !memcmp(bytes + line + 5, error, sizeof(error) - 1),
	       "the user is told that dbgd is away");
	expect(!memcmp(bytes + length - sizeof(exited), exited, sizeof(exited)), "the user's dbg ends with 125");
	expect(WIFEXITED(status) && WEXITSTATUS(status) == DBG_FAILED, "so does this one");
	setenv("DBG_SOCKET", path, 1);
	free(path);
}

/* What it says on standard error, up to its end. */
static const char *said_by(const struct started *started)
{
	static char said[512];
	size_t all = 0;
	ssize_t got;

	while ((got = read(started->err, said + all, sizeof(said) - 1 - all)) > 0)
		all += (size_t)got;
	said[all] = '\0';
	return said;
}

static void words_of_a_client_are_not_in_the_agents_log(void)
{
	struct packet behalf = golden("behalf");
	struct started started = start("9", behalf.bytes, behalf.length);
	int daemon = accept(listening, NULL, NULL);
	const char *said;

	put_all(started.in, "ERROR kube - policies are missing\n", 34);
	said = said_by(&started);
	expect(strstr(said, "no greeting") && !strstr(said, "policies"), "the agent's log has no words of a client");
	ended(&started);
	close(daemon);
}

static int refuses(const char *number, const void *bytes, size_t length, const char *words)
{
	struct started started = start(number, bytes, length);
	const char *said = said_by(&started);
	int status = ended(&started);

	if (!strstr(said, words))
		fprintf(stderr, "golden: said of %s: %s\n", number, said);
	return WIFEXITED(status) && WEXITSTATUS(status) == DBG_FAILED && strstr(said, words);
}

static void what_is_no_packet_is_not_sent(void)
{
	static const char *const numbers[] = {"", "x", "-1", "0", "2", "3x", "+9", " 9", "0x9", "99999999999999999999"};
	static unsigned char large[LARGEST_PACKET + 1];
	struct pollfd waiting = {.fd = listening, .events = POLLIN};

	for (size_t i = 0; i < COUNT(numbers); i++)
		expect(refuses(numbers[i], "x", 1, "DBG_BEHALF is not the number of a descriptor"), numbers[i]);
	expect(refuses("9", "", 0, "come no bytes: a packet has 1 to 65536"), "an empty packet is refused");
	expect(refuses("9", large, sizeof(large), "come more bytes: a packet has 1 to 65536"), "a packet too long is refused");
	expect(refuses("100", "x", 1, "cannot read from the descriptor that DBG_BEHALF names"),
	       "a descriptor that is not open is refused");
	expect(poll(&waiting, 1, 0) == 0, "dbgd hears nothing of these");
}

static void the_longest_packet_is_sent_whole(void)
{
	static unsigned char large[LARGEST_PACKET];
	struct started started;
	struct packet first;
	int daemon;

	memset(large, 4, sizeof(large));
	started = start("9", large, sizeof(large));
	daemon = accept(listening, NULL, NULL);
	first = received(daemon);
	expect(first.length == sizeof(large) && !memcmp(first.bytes, large, sizeof(large)), "the longest packet is sent whole");
	close(daemon);
	ended(&started);
}

/* The agent is killed, and the other side of its connection stays. */
static void it_ends_with_the_agent(void)
{
	struct packet behalf = golden("behalf");
	struct started started;
	int ends[2], sides[2], daemon;
	pid_t agent;

	if (pipe(ends) < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, sides) < 0)
		broken("pipe");
	connection = sides[0];
	agent = fork();
	if (agent < 0)
		broken("fork");
	if (agent == 0) {
		started = start("9", behalf.bytes, behalf.length);
		put_all(ends[1], &started, sizeof(started));
		pause();
		_exit(0);
	}
	if (read(ends[0], &started, sizeof(started)) != sizeof(started))
		broken("read");
	daemon = accept(listening, NULL, NULL);
	received(daemon);
	kill(agent, SIGKILL);
	waitpid(agent, NULL, 0);
	/* Who stays rings it. */
	alarm(60);
	expect(received(daemon).length == 0, "dbgd sees that the client of a killed agent is gone");
	alarm(0);
	close(daemon);
	connection = -1;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	directory = argv[1];
	signal(SIGPIPE, SIG_IGN);
	listen_as_daemon(argv[2]);
	who_asks_is_told_before_the_request();
	it_is_hidden_from_others_of_its_user();
	after_dbgds_last_word_its_time_is_bounded();
	whom_a_signal_ends_has_its_number();
	a_daemon_that_says_nothing_has_no_status();
	a_daemon_that_is_away_is_told_to_the_user();
	without_the_variable_it_is_the_other_end_of_ssh();
	words_of_a_client_are_not_in_the_agents_log();
	what_is_no_packet_is_not_sent();
	the_longest_packet_is_sent_whole();
	it_ends_with_the_agent();
	return failures ? 1 : 0;
}
