/*
 * remote - tests what travels between two dbg over ssh, dbg-protocol(7), against the golden frames of
 * src/test/resources/frames, and what a stranger on either side could send in their place.
 *
 * usage: remote DIRECTORY
 */
#include "client.c"

static struct frames frames;

/* A new connection, of which the test has the other ends. */
static void connect_frames(int *to, int *from)
{
	int in[2], out[2];

	if (pipe(in) < 0 || pipe(out) < 0)
		broken("pipe");
	memset(&frames, 0, sizeof(frames));
	memset(lanes, 0, sizeof(lanes));
	frames.in = in[0];
	frames.out = out[1];
	never_block(frames.in);
	never_block(frames.out);
	*to = in[1];
	*from = out[0];
}

static void close_frames(int to, int from)
{
	close(to);
	close(from);
	close(frames.in);
	close(frames.out);
}

static void receive_bytes(int to, const void *bytes, size_t length)
{
	if (write(to, bytes, length) != (ssize_t)length)
		broken("write");
	receive_frames(&frames);
}

static void frames_are_written_and_read_as_in_the_files(void)
{
	static const unsigned char exited[] = {0x83, 0x03, 0, 0, 0, 0x7e}, room[] = {0, 4, 0, 0};
	static const struct {
		const char *name;
		unsigned type;
		const void *body;
		size_t length;
	} all[] = {
		{"packet", FRAME_PACKET, exited, 6}, {"gone", FRAME_GONE, "", 0},      {"ask", FRAME_ASK, "", 0},
		{"answer", FRAME_ANSWER, "", 0},     {"data", FRAME_DATA + 1, "hi\n", 3}, {"end", FRAME_DATA, "", 0},
		{"room", FRAME_ROOM + 2, room, 4},   {"closed", FRAME_CLOSED + 1, "", 0},
	};
	int to, from;

	for (size_t i = 0; i < COUNT(all); i++) {
		struct packet wanted = golden(all[i].name), put = {.length = 0};
		struct frame frame;

		connect_frames(&to, &from);
		put_frame(&frames, all[i].type, all[i].body, all[i].length);
		expect(send_frames(&frames) == 0 && !has_unsent(&frames), "a frame is sent");
		put.length = (size_t)read(from, put.bytes, sizeof(put.bytes));
		expect(same(&put, &wanted), all[i].name);
		for (size_t at = 0; at < wanted.length; at++) {
			expect(take_frame(&frames, &frame) == 0, "a frame that is not whole is waited for");
			receive_bytes(to, wanted.bytes + at, 1);
		}
		expect(take_frame(&frames, &frame) == 1 && frame.type == all[i].type && frame.length == all[i].length &&
			       memcmp(frame.body, all[i].body, frame.length) == 0,
		       "a frame is read as it was written");
		expect(take_frame(&frames, &frame) == 0, "there is no other");
		close_frames(to, from);
	}
}

static void a_frame_that_is_too_long_is_refused(void)
{
	struct frame frame;
	int to, from;

	connect_frames(&to, &from);
	receive_bytes(to, "\x01\x00\x01\x00\x01", 5);
	expect(take_frame(&frames, &frame) == -1, "a frame of 65537 bytes is refused before its body comes");
	close_frames(to, from);
	connect_frames(&to, &from);
	receive_bytes(to, "\x11\xff\xff\xff\xff", 5);
	expect(take_frame(&frames, &frame) == -1, "a frame of 4294967295 bytes is refused");
	close_frames(to, from);
}

/* What take_greeting() makes of this text, at whose end the connection ends or does not. */
static int greeted(const char *text, int ends, char problem[512])
{
	int to, from, is_taken;

	connect_frames(&to, &from);
	receive_bytes(to, text, strlen(text));
	frames.has_ended = ends;
	is_taken = take_greeting(&frames, GREETING_OF_STDIO, problem, 512);
	close_frames(to, from);
	return is_taken;
}

static void only_a_greeting_is_taken_for_one(void)
{
	char own[128], problem[512] = "";

	snprintf(own, sizeof(own), "dbg-stdio %d %d %s\n", FRAMES_VERSION, PROTOCOL_VERSION, DBG_VERSION);
	expect(greeted(own, 0, problem) == 1, "a greeting of this version is taken");
	expect(greeted("dbg-stdio 1 3 99.1\n", 0, problem) == 1, "another version of dbg with the same protocol is taken");
	for (size_t length = 0; length < strlen(own); length++) {
		char cut[128] = "";

		memcpy(cut, own, length);
		expect(greeted(cut, 0, problem) == 0, "a greeting that is not whole is waited for");
	}
	expect(greeted("dbg-stdio 2 3 9\n", 0, problem) == -1 && strstr(problem, "dbg 9"), "other frames are told");
	expect(greeted("dbg-stdio 1 4 9\n", 0, problem) == -1 && strstr(problem, "dbg 9"), "other packets are told");
	expect(greeted("dbg-stdio\n", 0, problem) == -1, "no version is none");
	expect(greeted("dbg-stdio -1 x\n", 0, problem) == -1, "a version that is no number is none");
	expect(greeted("Welcome!\n", 0, problem) == -1 && strstr(problem, "'Welcome!'"), "a banner is shown");
	expect(greeted("Wel\x1b[31mcome\x9b\n", 0, problem) == -1 && strstr(problem, "'Wel?[31mcome?'"),
	       "a banner is shown without what a terminal obeys");
	expect(greeted("Password: ", 0, problem) == 0, "the rest of a banner's line is waited for");
	expect(greeted("Password: ", 1, problem) == -1 && strstr(problem, "Password"), "unless there is none");
	expect(greeted("dbg-stdio 1 3 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, problem) == -1,
	       "a greeting without an end is none");
	expect(greeted("", 1, problem) == 0, "nothing is no greeting, which the end of ssh explains");
}

static int obeys(unsigned type, const void *body, size_t length)
{
	struct frame frame = {.type = type, .length = length, .body = body};

	return obey_lane_frame(&frame) == 0;
}

static void a_lane_takes_what_it_may_be_sent_and_no_more(void)
{
	static const unsigned char step[] = {0, 4, 0, 0}, one[] = {0, 0, 0, 1}, most[] = {0xff, 0xff, 0xff, 0xff};
	static unsigned char bytes[LARGEST_BODY];
	int to, from, input[2], output[2];

	connect_frames(&to, &from);
	if (pipe(input) < 0 || pipe(output) < 0)
		broken("pipe");
	expect(!obeys(FRAME_DATA + 1, "x", 1) && !obeys(FRAME_DATA + 1, "", 0), "a stream that is not open gets nothing");
	open_lane(0, input[0], 1);
	open_lane(1, output[1], 0);
	expect(!obeys(FRAME_DATA, "x", 1), "what is sent from here is not received here");
	expect(!obeys(FRAME_ROOM + 1, step, 4) && !obeys(FRAME_CLOSED + 1, "", 0), "nor the other way round");
	expect(!obeys(FRAME_DATA + 2, "x", 1) && !obeys(FRAME_DATA + 3, "x", 1) && !obeys(FRAME_DATA + 15, "x", 1),
	       "there are no other streams");
	expect(!obeys(0x50, "", 0) && !obeys(0x00, "", 0) && !obeys(0xf1, "", 0), "there are no other frames");
	expect(!obeys(FRAME_ROOM, one, 4) && !obeys(FRAME_ROOM, most, 4), "more room than a lane has is refused");
	expect(!obeys(FRAME_ROOM, step, 3) && !obeys(FRAME_CLOSED, "x", 1), "another length is refused");
	for (size_t sent = 0; sent < LANE_ROOM; sent += sizeof(bytes))
		expect(obeys(FRAME_DATA + 1, bytes, sizeof(bytes)), "a lane takes as much as it has room");
	expect(!obeys(FRAME_DATA + 1, "x", 1), "a byte more is refused");
	expect(obeys(FRAME_DATA + 1, "", 0), "its end is none");
	expect(!obeys(FRAME_DATA + 1, "", 0), "there is one end");
	expect(lanes_are_full(), "what is not written is kept");
	expect(obeys(FRAME_CLOSED, "", 0) && lane_end(0) < 0, "a stream that nobody wants is closed");
	close_frames(to, from);
}

/* A reader that takes nothing costs the room of one lane, and the other lane goes on. */
static void a_slow_reader_stops_its_own_stream(void)
{
	static const unsigned char step[] = {0, 4, 0, 0};
	static char bytes[4096], sink[1 << 16];
	struct pollfd ready[MOST_STREAMS];
	int to, from, ends[2];
	size_t read_from_tool = 0;

	connect_frames(&to, &from);
	if (pipe(ends) < 0)
		broken("pipe");
	never_block(ends[1]);
	never_block(from);
	open_lane(1, ends[0], 1);
	for (int i = 0; i < 4000; i++) {
		ssize_t put = write(ends[1], bytes, sizeof(bytes));

		read_from_tool += put > 0 ? (size_t)put : 0;
		want_lanes(ready, &frames);
		if (poll(ready, MOST_STREAMS, 0) >= 0)
			move_lanes(ready, &frames);
		if (has_unsent(&frames))
			send_frames(&frames);
		while (read(from, sink, sizeof(sink)) > 0)
			;
	}
	expect(read_from_tool >= LANE_ROOM && read_from_tool <= LANE_ROOM + (1 << 17),
	       "a stream stops when its reader has told of no more room");
	want_lanes(ready, &frames);
	expect(ready[1].fd < 0, "it is not waited for");
	expect(obeys(FRAME_ROOM + 1, step, 4), "the reader tells of room");
	want_lanes(ready, &frames);
	expect(ready[1].fd >= 0, "and it goes on");
	close_frames(to, from);
}

static const struct host *host_of(const char *text, int *status)
{
	pid_t child = fork();

	setenv(HOST_VARIABLE, text, 1);
	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), 2);
		host_asked();
		_exit(0);
	}
	waitpid(child, status, 0);
	return *status == 0 ? host_asked() : NULL;
}

static void a_host_is_words_that_ssh_cannot_take_for_options(void)
{
	static const char *const refused[] = {
		"-oProxyCommand=x", "ssh:web1",		   "tcp://web1",	  "ssh://",		"ssh:///",
		"ssh://-oProxyCommand=x", "ssh://-l@web1", "ssh://@web1",	  "ssh://web1:",	"ssh://web1:0",
		"ssh://web1:65536", "ssh://web1:-1",	   "ssh://web1:22x",	  "ssh://web1:222222",	"ssh://web 1",
		"ssh://web1/x",	    "ssh://$(id)",	   "ssh://web1;id",	  "ssh://a'b",		"ssh://a\nb",
		"ssh://[::1",	    "ssh://[]",		   "ssh://[-x]",	  "ssh://[::1]22",	"ssh://u:p@web1",
		"ssh://`id`@web1",  "ssh://a\\b@web1",	   "ssh://%h`@web1",	  "ssh://a|b",		"ssh://a&b",
		"-l@web1",	    "web1/x",		   "k8s://web1",	  "web1:ssh://",	",web1",
	};
	static const struct {
		const char *text, *user, *name, *port;
	} taken[] = {
		{"ssh://web1", "", "web1", ""},
		{"ssh://web1/", "", "web1", ""},
		{"web1", "", "web1", ""},
		{"ann@web1:22,web2", "ann", "web1", "22"},
		{"ssh://ann@web1.example.org:2222", "ann", "web1.example.org", "2222"},
		{"ssh://ann@example.org@web-1", "ann@example.org", "web-1", ""},
		{"ssh://ann@[fe80::1%eth0]:22", "ann", "fe80::1%eth0", "22"},
	};
	int status;

	for (size_t i = 0; i < COUNT(refused); i++)
		expect(!host_of(refused[i], &status) && WEXITSTATUS(status) == DBG_FAILED, refused[i]);
	for (size_t i = 0; i < COUNT(taken); i++) {
		const struct host *host = host_of(taken[i].text, &status);

		expect(host && !strcmp(host->user, taken[i].user) && !strcmp(host->name, taken[i].name) &&
			       !strcmp(host->port, taken[i].port),
		       taken[i].text);
	}
	unsetenv(HOST_VARIABLE);
}

static const char *passes(enum packet_type type, const void *body, size_t length, struct packet *packet)
{
	put_header(packet, type);
	memcpy(packet->bytes + 2, body, length);
	packet->length += length;
	return may_pass(packet);
}

static void of_a_host_only_output_and_an_end_are_obeyed(void)
{
	static char *plain[] = {"web", "--", "ss", "-t", NULL};
	struct packet packet;

	typed.words = plain;
	expect(!passes(PACKET_OUTPUT, "x", 1, &packet) && !passes(PACKET_ERROR, "x", 1, &packet), "output passes");
	expect(!passes(PACKET_EXITED, "\0\0\0\x7e", 4, &packet), "a status passes");
	expect(passes(PACKET_EXITED, "\0\0\x01\x00", 4, &packet) && passes(PACKET_EXITED, "\0\0\0", 3, &packet),
	       "a status that is none does not");
	expect(passes(PACKET_SIGNALLED, "\0\0\0\0", 4, &packet) && passes(PACKET_SIGNALLED, "\0\0\0\x41", 4, &packet),
	       "a signal that is none does not");
	for (int number = 1; number <= 64; number++) {
		unsigned char body[] = {0, 0, 0, (unsigned char)number};
		int ends = (number < 17 || number > 22) && number != 23 && number != 28;

		expect((passes(PACKET_SIGNALLED, body, 4, &packet) == NULL) == ends, "a signal passes if processes end by it");
	}
	expect(passes(PACKET_REQUEST, "", 0, &packet) && passes(0x7f, "", 0, &packet), "other packets do not");
	expect(passes(PACKET_VERBATIM, "", 0, &packet) && passes(PACKET_DRAWING, "", 0, &packet),
	       "nor does what a terminal obeys, or draws, if no terminal was asked for");
}

/* What may be asked for a line: V verbatim, D less: a drawing, R a raw terminal, I standard input, S streams. */
static const char *may_ask_for(const char *line)
{
	static char text[256], may[5];
	static char *words[16];
	struct packet packet;
	size_t count = 0;

	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	words[count] = NULL;
	typed = (struct typed){.words = NULL};
	note_typed(words);
	*may = '\0';
	if (!passes(PACKET_VERBATIM, "", 0, &packet))
		strcat(may, packet.bytes[0] == PACKET_VERBATIM ? "V" : "D");
	expect(!passes(PACKET_DRAWING, "", 0, &packet) == !!*may, "a line that may print everything may draw");
	if (!passes(PACKET_RAW, "", 0, &packet))
		strcat(may, "R");
	if (!passes(PACKET_STREAMS, "\x07", 1, &packet))
		strcat(may, "I");
	if (!passes(PACKET_STREAMS, "\x06", 1, &packet))
		strcat(may, "S");
	return may;
}

static void a_host_gets_terminal_and_input_for_the_lines_that_have_them(void)
{
	static const char *const rows[][2] = {
		{"-t web -- top", "VRIS"},	     {"exec -t web -- top", "VRIS"},  {"web -t top", "VRIS"},
		{"web net -t -- top", "VRIS"},	     {"-it web top", "VRIS"},	      {"-tu 5 web top", "VRIS"},
		{"--tty -- web top", "VRIS"},	     {"--reason x -t web top", "VRIS"}, {"web -- ss", "IS"},
		{"web ss -t", "IS"},		     {"web net ss -t", "IS"},	      {"web ns -- ss -t", "IS"},
		{"--reason -t web -- ss", "IS"},     {"-u -t web -- ss", "IS"},	      {"-ut web -- ss", "IS"},
		{"--reason=-t web ss", "IS"},	     {"-w --tty web ss", "IS"},	      {"-- -t ss", "IS"},
		{"web -- top", "DRIS"},		     {"web pid top -d 5", "DRIS"},    {"exec web pid,net -- top", "DRIS"},
		{"web -- ss top", "IS"},	     {"top -- ss", "IS"},	      {"web top -- ss", "IS"},
		{"-t web", ""},			     {"logs replay", "S"},	      {"status --watch", "S"},
		{"web replay --raw", "IS"},	     {"logs -t web", "S"},	      {"logs --raw web", "S"},
		{"status web", "S"},		     {"connect db 5432", "IS"},	      {"ps", ""},
		{"ps -t", ""},			     {"explain -t web -- top", ""},   {"audit replay 1", "D"},
		{"audit replay --raw 1", "V"},	     {"audit --raw", ""},	      {"sessions --watch", "D"},
		{"sessions", ""},		     {"ps --watch replay", ""},
		{"--version", ""},		     {"web", ""},		      {"kill -t 5", ""},
		{"shell -t web", ""},		     {"doctor", ""},
		{"--json ps", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect(!strcmp(may_ask_for(rows[i][0]), rows[i][1]), rows[i][0]);
}

/* A signal is read also while bytes of streams wait for a host that reads nothing. */
static void a_signal_has_room_beside_streams(void)
{
	static char piece[32 * 1024];
	int to, from;

	connect_frames(&to, &from);
	while (has_room(&frames))
		put_frame(&frames, FRAME_DATA, piece, sizeof(piece));
	expect(has_reserve(&frames), "streams leave room for signals");
	for (int i = 0; i < 1000; i++)
		put_frame(&frames, FRAME_PACKET, "\x02\x03\0\0\0\x02", 6);
	expect(has_reserve(&frames), "and for many of them");
	while (has_reserve(&frames))
		put_frame(&frames, FRAME_PACKET, piece, 6);
	put_frame(&frames, FRAME_ASK, "", 0);
	expect(frames.put <= sizeof(frames.out_bytes), "and the last question has room, too");
	close_frames(to, from);
}

/* How a courier ends that gets so many signals, or has so little room, from a host that is there and answers nothing. */
static int ends_after(int signals, int is_full, int asked_before)
{
	static char piece[32 * 1024];
	int ends[2], status;
	struct packet packet = {.length = 0}, end;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
		broken("socketpair");
	put_header(&packet, PACKET_SIGNAL);
	put_u32(&packet, SIGINT);
	for (int i = 0; i < signals; i++)
		send(ends[0], packet.bytes, packet.length, MSG_NOSIGNAL);
	if ((child = fork()) < 0)
		broken("fork");
	if (child == 0) {
		courier.client = ends[1];
		courier.is_greeted = 1;
		while (is_full && has_room(&courier.frames))
			put_frame(&courier.frames, FRAME_DATA, piece, sizeof(piece));
		for (int i = 0; i < signals; i++)
			take_from_client();
		_exit(courier.asked != asked_before);
	}
	close(ends[1]);
	waitpid(child, &status, 0);
	if (recv(ends[0], end.bytes, sizeof(end.bytes), MSG_DONTWAIT) > 0 && end.bytes[0] == PACKET_SIGNALLED)
		status = -1;
	close(ends[0]);
	return status == -1 ? 2 : WEXITSTATUS(status);
}

static void an_operator_who_insists_is_let_go(void)
{
	expect(ends_after(0, 0, 0) == 0, "without a signal the host is not asked");
	expect(ends_after(1, 0, 0) == 1, "with one it is");
	expect(ends_after(1, 1, 0) == 1, "also while bytes wait for it");
	expect(ends_after(2, 1, 0) == 1, "and with two");
	expect(ends_after(3, 0, 0) == 2, "the third ends the line here");
	expect(ends_after(3, 1, 0) == 2, "also while bytes wait");
}

/* Whether these keys end the line. */
static int keys_end(const char *keys)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), 2);
		for (; *keys; keys++)
			look_for_way_out(keys, 1);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status) == DBG_FAILED;
}

static void keys_have_a_way_out(void)
{
	expect(keys_end("~.") && keys_end("ls\r~.") && keys_end("\n~."), "~. at the beginning of a line ends it");
	expect(!keys_end("ls ~.") && !keys_end("\r~x.") && !keys_end("\r~~.") && !keys_end("\r."), "elsewhere it does not");
}

/* Whether the addresses are taken. */
static int lists(const char *text)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), 2);
		cut(strdup(text));
		_exit(0);
	}
	waitpid(child, &status, 0);
	return status == 0;
}

static void an_address_is_a_plain_word(void)
{
	expect(lists("web\ndocker:db-1\nshell\n"), "addresses are taken");
	expect(!lists("-H\n") && !lists("web\n--filter\n") && !lists("\n"), "options are none");
	expect(!lists("a\x1b]0;x\x07\n") && !lists("a b\n") && !lists("a\x9b\n") && !lists("a\x7f\n"),
	       "what a terminal obeys is none");
}

/* What dbg audit does with this line: the action, M if the hosts' lists are merged, and the second column's name. */
static const char *audited(const char *line)
{
	static char text[256], seen[64];
	static char *words[16];
	struct several several = {.second = "STATUS"};
	size_t count = 0;
	const char *action;

	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	words[count] = NULL;
	action = note_audit(words, &several);
	snprintf(seen, sizeof(seen), "%s%s %s", action, several.is_merged ? " M" : "", several.second);
	return seen;
}

static void lists_that_end_and_have_times_are_merged(void)
{
	static const char *const rows[][2] = {
		{"", "list M STATUS"},
		{"list", "list M STATUS"},
		{"-n 5", "list M STATUS"},
		{"-n5 --events", "list M EVENT"},
		{"--events=true list", "list M EVENT"},
		{"--reason --events", "list M STATUS"},
		{"--reason -f", "list M STATUS"},
		{"--reason=replay --json", "list M STATUS"},
		{"--reason replay", "list M STATUS"},
		{"--from f -n 1", "list M STATUS"},
		{"-- list", "list M STATUS"},
		{"-n", "list M STATUS"},
		{"--since", "list M STATUS"},
		{"export", "export M STATUS"},
		{"--since today export", "export M STATUS"},
		{"--format jsonl export", "export M STATUS"},
		{"export --format=jsonl", "export M STATUS"},
		{"export --format=csv", "export STATUS"},
		{"export --format csv", "export STATUS"},
		{"export --format", "export STATUS"},
		{"--format=ecs export", "export STATUS"},
		{"export --format=", "export STATUS"},
		{"-f", "list STATUS"},
		{"-fn5", "list STATUS"},
		{"-fn 5", "list STATUS"},
		{"-fn list", "list STATUS"},
		{"-n 5 -f", "list STATUS"},
		{"--follow", "list STATUS"},
		{"--follow=true --json", "list STATUS"},
		{"summary --json", "summary STATUS"},
		{"show S", "show STATUS"},
		{"replay S --json", "replay STATUS"},
		{"--json replay S", "replay STATUS"},
		{"--speed 2 replay S", "replay STATUS"},
		{"-- replay S", "replay STATUS"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect(!strcmp(audited(rows[i][0]), rows[i][1]), rows[i][0]);
}

static int is_taken(const char *text)
{
	return is_object(text, strlen(text));
}

static void an_object_is_of_printable_ascii(void)
{
	expect(is_taken("{\"a\":\" ~\\u009b\\u007f\"}"), "what is escaped is");
	expect(!is_taken("{\"a\":\"\x7f\"}"), "a control character is not");
	expect(!is_taken("{\"a\":\"\x9b\"}") && !is_taken("{\"\x9b\":1}"), "nor a byte of another character set");
	expect(!is_taken("{\"a\":\"\xc2\x9b\"}") && !is_taken("{\"a\":\"\xc3\xa4\"}"), "nor a character of UTF-8");
	expect(!is_taken("{\"a\":\"\xc3\"}") && !is_taken("{\"a\":\"\xed\xa0\x80\"}") && !is_taken("{\"a\":\"\xff\"}"),
	       "nor what is none");
}

static int heads(const char *line, const char *second)
{
	return is_heading(line, strlen(line), second);
}

static void a_heading_is_only_that(void)
{
	char line[400] = "";

	snprintf(line, sizeof(line), HEADING, "TIME", "STATUS");
	expect(heads(line, "STATUS") && !heads(line, "EVENT"), "the heading of rows of sessions is one");
	snprintf(line, sizeof(line), HEADING, "TIME", "EVENT");
	expect(heads(line, "EVENT") && !heads(line, "STATUS"), "and that of records");
	expect(heads("TIME Europe/Berlin  STATUS  OPERATOR       SESSION  WHAT", "STATUS"), "it may have a zone and be wider");
	expect(heads("\x1b[1mTIME STATUS OPERATOR SESSION WHAT\x1b[m", "STATUS"), "and a style");
	expect(!heads("2026-11-29T08:11:02Z  denied  ann  5  web -- ss", "STATUS"), "a row is none");
	expect(!heads("TIME STATUS OPERATOR SESSION WHAT was done", "STATUS") && !heads("TIME STATUS OPERATOR SESSION", "STATUS"),
	       "nor more, or less");
	expect(!heads("\x1b", "STATUS") && !heads("", "STATUS"), "nor nothing");
	memset(line, ' ', sizeof(line) - 1);
	memcpy(line, "TIME STATUS OPERATOR SESSION WHAT", 33);
	expect(!heads(line, "STATUS"), "nor what is too long");
}

/* What the dbg does that is started in a host's place. */
static int play_host(const char *name)
{
	if (!strcmp(name, "first"))
		puts("TIME  STATUS  OPERATOR  SESSION  WHAT\n2026-11-29T08:11:02Z  exit 0");
	if (!strcmp(name, "second"))
		puts("2026-11-29T08:11:01Z  denied\n2026-11-29T08:11:03Z  exit 0");
	for (int i = 0; !strcmp(name, "much") && i < 2 << 20; i++)
		puts("web");
	if (!strcmp(name, "goes-on")) {
		close(1);
		close(2);
		usleep(300 * 1000);
		kill(getppid(), SIGINT);
		for (;;)
			pause();
	}
	return 0;
}

/* The status of a line on these hosts, of which an empty one is the last, and what it prints. */
static int runs_on(const char *hosts, size_t count, char *seen, size_t room)
{
	char *words[] = {(char *)"remote", (char *)"-H", NULL, NULL};
	struct several several = {.names = (char *)hosts, .all = count, .words = words, .place = 2, .is_named = 1,
				  .are_hosts = 1, .is_merged = 1, .second = "STATUS"};
	size_t length = 0;
	ssize_t got;
	int ends[2], status;
	pid_t child;

	if (pipe(ends) < 0 || (child = fork()) < 0)
		broken("fork");
	if (child == 0) {
		dup2(open("/dev/null", O_WRONLY), 2);
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		unsetenv("TZ");
		/* Whoever runs this in the background of a shell's script may ignore it. */
		signal(SIGINT, SIG_DFL);
		alarm(60);
		run_several(&several);
	}
	close(ends[1]);
	while ((got = read(ends[0], seen + length, room - length - 1)) > 0)
		length += (size_t)got;
	seen[length] = '\0';
	close(ends[0]);
	waitpid(child, &status, 0);
	return status;
}

static void no_host_writes_the_heading_of_all(void)
{
	char seen[1024];

	expect(!runs_on("first\0second\0", 2, seen, sizeof(seen)), "hosts are asked");
	expect(!strcmp(seen, "HOST   | TIME                  STATUS     OPERATOR    SESSION           WHAT\n"
			     "second | 2026-11-29T08:11:01Z  denied\n"
			     "first  | 2026-11-29T08:11:02Z  exit 0\n"
			     "second | 2026-11-29T08:11:03Z  exit 0\n"),
	       "the heading is this program's, and a first line that is none is a row");
}

static void who_prints_nothing_more_can_be_ended(void)
{
	char seen[64];
	int status = runs_on("goes-on\0", 1, seen, sizeof(seen));

	expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT, "a signal reaches one that has closed its streams and goes on");
}

/* What a refusal of another dbg's looks like at a terminal. */
static void a_refusal_is_filtered(void)
{
	char seen[64] = "";
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), kept = dup(2), shown;

	grantpt(terminal);
	unlockpt(terminal);
	shown = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	dup2(shown, 2);
	print_refusal("\x1b]0;x\x07no\n");
	dup2(kept, 2);
	expect(read(terminal, seen, sizeof(seen) - 1) > 0 && !strchr(seen, '\x1b') && !strchr(seen, '\x07') && strstr(seen, "no"),
	       "a refusal has nothing that a terminal obeys");
	close(shown);
	close(terminal);
	close(kept);
}

/* dbg stdio whose dbgd does not read keeps one packet and takes no other frame. */
static void a_daemon_that_does_not_read_is_not_waited_for(void)
{
	static unsigned char body[LARGEST_BODY] = {PACKET_SIGNAL, PROTOCOL_VERSION};
	struct frame frame = {.type = FRAME_PACKET, .length = 4096, .body = body};
	char bytes[64 * 1024];
	int ends[2], passed = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
		broken("socketpair");
	other_end.daemon = ends[0];
	other_end.is_asked = other_end.is_greeted = 1;
	alarm(60);
	for (; passed < 10000 && !other_end.kept.length; passed++)
		pass_to_daemon(&frame);
	alarm(0);
	expect(other_end.kept.length == 4096, "the packet that dbgd does not take is kept");
	while (passed-- > 1 && recv(ends[1], bytes, sizeof(bytes), MSG_DONTWAIT) == 4096)
		send_kept();
	expect(!other_end.kept.length, "and sent when it does");
	close(ends[0]);
	close(ends[1]);
}

static void what_tab_may_insert_is_drawn(void)
{
	static char *completion[] = {"completion", "--line", NULL}, *other[] = {"ps", NULL};
	int kept = dup(STDOUT_FILENO), null = open("/dev/null", O_WRONLY);

	dup2(null, STDOUT_FILENO);
	note_typed(completion);
	expect(screen_of(STDOUT_FILENO) != NULL, "whoever said it");
	note_typed(other);
	expect(screen_of(STDOUT_FILENO) == NULL, "another line's output is unchanged in a file");
	dup2(kept, STDOUT_FILENO);
	close(kept);
	close(null);
}

static void takes_a_list(void)
{
	char *words[] = {(char *)"remote", (char *)"-H", (char *)"much", NULL};
	int status;

	output_of_dbg(words, &status);
}

/* Eight megabytes. */
static void prints_much(void)
{
	static char bytes[4096];

	for (int i = 0; i < 2048; i++)
		print(STDOUT_FILENO, bytes, sizeof(bytes));
}

static void offers_much(void)
{
	static char *completion[] = {"completion", "--line", NULL};

	note_typed(completion);
	prints_much();
}

/* The status of a process that does this, and how many bytes it prints, of which all are read, but late. */
static int ends_after_doing(void (*does)(void), size_t *all)
{
	static char bytes[4096];
	int ends[2], status;
	ssize_t got;
	pid_t child;

	if (pipe2(ends, O_NONBLOCK) < 0 || (child = fork()) < 0)
		broken("fork");
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		alarm(60);
		does();
		_exit(0);
	}
	close(ends[1]);
	usleep(100 * 1000);
	fcntl(ends[0], F_SETFL, 0);
	for (*all = 0; (got = read(ends[0], bytes, sizeof(bytes))) > 0; *all += (size_t)got)
		;
	close(ends[0]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_list_has_an_end(void)
{
	size_t all;

	expect(ends_after_doing(takes_a_list, &all) == DBG_FAILED, "a list of containers that is too long is given up");
	expect(ends_after_doing(offers_much, &all) == DBG_FAILED, "and so are words for Tab");
	expect(!ends_after_doing(prints_much, &all) && all == 8 << 20, "all of another answer is printed, also to who never waits");
}

/* Whether this ends with a message in a process that may have few files open. */
static int fails_with_few_files(int daemon, void (*does)(int daemon))
{
	struct rlimit few = {.rlim_cur = (rlim_t)daemon + 1, .rlim_max = (rlim_t)daemon + 1};
	int status;
	pid_t child = fork();

	if (child < 0)
		broken("fork");
	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr) || setrlimit(RLIMIT_NOFILE, &few) < 0)
			broken("setrlimit");
		does(daemon);
		_exit(0);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == DBG_FAILED;
}

static void receive_streams(int daemon)
{
	struct packet packet;
	int ends[MOST_STREAMS];
	size_t count;

	receive_packet(daemon, &packet, ends, &count);
}

static void await_many(int daemon)
{
	struct pollfd many[128];

	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = (struct pollfd){.fd = daemon};
	await_ready(many, COUNT(many), 0);
}

static void a_wait_that_can_never_succeed_is_none(void)
{
	int end = dup(STDIN_FILENO);

	expect(fails_with_few_files(end, await_many), "who may not open as many as are looked at is told, and does not wait");
	close(end);
}

static void no_more_descriptors_are_taken_than_there_is_place_for(void)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE((MOST_STREAMS + 1) * sizeof(int))];
	} control = {.room = ""};
	struct iovec data = {.iov_base = (char *)"\x86\x03\x07", .iov_len = 3};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	int pair[2], ends[MOST_STREAMS + 1] = {0, 0, 0, -1};
	struct packet packet;
	size_t count;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
		broken("socketpair");
	control.align = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
					 .cmsg_len = CMSG_LEN((MOST_STREAMS + 1) * sizeof(int))};
	for (int i = 0; i <= MOST_STREAMS; i++)
		memcpy(CMSG_DATA(&control.align) + (size_t)i * sizeof(int), &pair[0], sizeof(int));
	expect(sendmsg(pair[0], &message, 0) == 3 && receive_packet(pair[1], &packet, ends, &count) == 3,
	       "a packet comes with more");
	expect(count == MOST_STREAMS && ends[MOST_STREAMS] == -1, "of which those are taken that have a place");
	for (size_t i = 0; i < count; i++)
		close(ends[i]);
	if (sendmsg(pair[0], &message, 0) != 3)
		broken("sendmsg");
	expect(fails_with_few_files(pair[1], receive_streams), "who may not open as many as come is told");
	close(pair[0]);
	close(pair[1]);
}

static void a_filter_keeps_its_pipes_and_not_the_terminal(void)
{
	int status, ends[2], terminal = posix_openpt(O_RDWR | O_NOCTTY);
	pid_t child = fork();

	if (child < 0)
		broken("fork");
	if (child == 0) {
		if (pipe(ends) < 0 || dup2(ends[0], 20) < 0 || dup2(terminal, 21) < 0 || dup2(terminal, 7) < 0)
			broken("dup2");
		close_others();
		_exit(fcntl(20, F_GETFD) < 0 || fcntl(21, F_GETFD) >= 0 || fcntl(7, F_GETFD) < 0);
	}
	close(terminal);
	expect(waitpid(child, &status, 0) == child && status == 0, "and what a line can name");
}

/* Makes the scripts that this program takes for installed; NULL removes them. */
static void install(const char *grammar, const char *shell)
{
	const char *const texts[] = {grammar, shell}, *const names[] = {"grammar.bash", "shell.bash"};
	char path[PATH_MAX], *end;

	path[readlink("/proc/self/exe", path, sizeof(path) - 64)] = '\0';
	end = strrchr(path, '/');
	strcpy(end, "/../share");
	mkdir(path, 0700);
	strcpy(end, "/../share/dbg");
	mkdir(path, 0700);
	for (int i = 0; i < 2; i++) {
		FILE *file;

		sprintf(end, "/../share/dbg/%s", names[i]);
		unlink(path);
		if (!texts[i])
			continue;
		if (!(file = fopen(path, "w")))
			broken(path);
		fputs(texts[i], file);
		fclose(file);
	}
}

/* Whether the packet passes in which bash reads these variables and the installed scripts. */
static int lends(const char *script, const char *command)
{
	struct packet packet;

	put_header(&packet, PACKET_SHELL);
	put_string(&packet, script);
	for (const char *word = command; *word; word += strlen(word) + 1)
		put_string(&packet, word);
	return !may_lend_shell(&packet);
}

#define BEGIN "DBG_SHELL=1-a\n__dbg_target=web\n__dbg_namespaces=net,mnt\n__dbg_directory="
#define OBEYED(ranges) "\n__dbg_obeyed=" ranges "\n__dbg_wants_reason=\n__dbg_options="
#define MIDDLE OBEYED("ad-ad:b,200b-200f:b")
#define TABLES "\n__dbg_selection=(net mnt)\n__dbg_tools=("
#define END "grammar\nshell\n__dbg_begin\n"
#define EMPTY "$'\\000'"
#define VARIABLES BEGIN "/" MIDDLE "()" TABLES "ls ss)\ndeclare -A __dbg_traits=([ls]='files paths' [ss]='')\n"
#define GOOD VARIABLES END
#define AFTER_TARGET \
	"\n__dbg_namespaces=\n__dbg_directory=/" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END
#define AT_TERMINAL "bash\0--noprofile\0--rcfile\0/dev/fd/9\0-i\0"

static void a_host_s_shell_is_this_installation_s_or_none(void)
{
	static char *words[] = {"shell", "-c", "ls", "--reason=why", "--user=-H", "web", NULL};
	static const char *const untyped[] = {"bash\0--noprofile\0--norc\0-c\0. /dev/fd/9; __dbg_command \"$1\"\0dbg shell\0why\0",
					    "bash\0--noprofile\0--norc\0-c\0. /dev/fd/9; __dbg_command \"$1\"\0dbg shell\0web\0"};
	static const char *const refused[] = {
		"id\n" GOOD,
		GOOD "id\n",
		BEGIN "$(id)" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "$HOME" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "`id`" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/ id" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/;id" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "\"$(id)\"" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "'a'\\\n" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "'a" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "$'\\x41'" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "~" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(-H ssh://evil)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(--filter id)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(" EMPTY "-H ssh://evil)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(" EMPTY "-t)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(-" EMPTY "H)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "('')" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(-u '')" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(-u)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(shell)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(-c)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(-H)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(-t)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "(--record -t)" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "()" TABLES EMPTY "-H)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		"DBG_SHELL=1\n__dbg_target=''" AFTER_TARGET,
		"DBG_SHELL=1\n__dbg_target=" EMPTY AFTER_TARGET,
		"DBG_SHELL=1\n__dbg_target=shell" AFTER_TARGET,
		"DBG_SHELL=1\n__dbg_target=-c" AFTER_TARGET,
		BEGIN "/" OBEYED("") "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" OBEYED("9b:p") "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" OBEYED("ad-ad:b,9b:p") "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" OBEYED("9b:p,ad-ad:b") "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" OBEYED("ad-ad:b,") "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" OBEYED("x") "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "()" TABLES "'a[$(id)]')\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "()" TABLES "[0]=x)\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=(['a[$(id)]']='')\n" END,
		BEGIN "/" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='$(id)')\n" END,
		BEGIN "/" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=([ls]='') id\n" END,
		BEGIN "/" MIDDLE "()" TABLES "ls)\n" END,
		BEGIN "/" MIDDLE "()" TABLES "'time here id')\ndeclare -A __dbg_traits=([ls]='')\n" END,
		BEGIN "/" MIDDLE "()" TABLES "ls)\ndeclare -A __dbg_traits=(['time here id']='')\n" END,
	};

	typed.words = words;
	install("# one\n\n  grammar\n", "shell\n");
	expect(lends("DBG_SHELL=1\n__dbg_target=web" AFTER_TARGET, AT_TERMINAL), "another target is one");
	expect(lends(GOOD, AT_TERMINAL), "a shell of variables and the installed scripts is one");
	expect(lends(BEGIN "'a b'\\''c'\\\\$'\\033'" MIDDLE "(-u 5:5 --timeout 300s --reason why)" TABLES
			   "ls)\ndeclare -A __dbg_traits=([ls]='')\n" END, AT_TERMINAL),
	       "what was typed is in its variables");
	for (size_t i = 0; i < COUNT(refused); i++)
		expect(!lends(refused[i], AT_TERMINAL), refused[i]);
	expect(lends(GOOD, "bash\0--noprofile\0--norc\0-c\0. /dev/fd/9; __dbg_command \"$1\"\0dbg shell\0ls\0"),
	       "a line that was typed is run");
	expect(!lends(GOOD, "bash\0--noprofile\0--norc\0-c\0. /dev/fd/9; __dbg_command \"$1\"\0dbg shell\0rm\0"),
	       "another is not");
	expect(!lends(GOOD, "bash\0-c\0id\0") && !lends(GOOD, "id\0") && !lends(GOOD, "") &&
		       !lends(GOOD, "bash\0--noprofile\0--rcfile\0/dev/fd/9\0-i\0-x\0"),
	       "another command is not run");
	for (size_t i = 0; i < COUNT(untyped); i++)
		expect(!lends(GOOD, untyped[i]), "a word that is not the line is not run as one");
	for (size_t length = 0; length < strlen(GOOD); length++)
		expect(!lends(strndup(GOOD, length), AT_TERMINAL), "a cut script is refused");
	install(NULL, "grammar\nshell\n");
	expect(!lends(GOOD, AT_TERMINAL), "one script is not enough");
	install("# nothing\n", "grammar\nshell\n");
	expect(!lends(GOOD, AT_TERMINAL), "an empty one is none");
	install(NULL, NULL);
	expect(!lends(VARIABLES "__dbg_begin\n", AT_TERMINAL), "without scripts here there is no shell");
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "-H"))
		return play_host(argv[2]);
	if (argc != 2)
		return 2;
	directory = argv[1];
	signal(SIGPIPE, SIG_IGN);
	frames_are_written_and_read_as_in_the_files();
	a_frame_that_is_too_long_is_refused();
	only_a_greeting_is_taken_for_one();
	a_lane_takes_what_it_may_be_sent_and_no_more();
	a_slow_reader_stops_its_own_stream();
	a_host_is_words_that_ssh_cannot_take_for_options();
	of_a_host_only_output_and_an_end_are_obeyed();
	a_host_gets_terminal_and_input_for_the_lines_that_have_them();
	a_host_s_shell_is_this_installation_s_or_none();
	what_tab_may_insert_is_drawn();
	a_list_has_an_end();
	no_more_descriptors_are_taken_than_there_is_place_for();
	a_wait_that_can_never_succeed_is_none();
	a_filter_keeps_its_pipes_and_not_the_terminal();
	a_signal_has_room_beside_streams();
	an_operator_who_insists_is_let_go();
	keys_have_a_way_out();
	an_address_is_a_plain_word();
	lists_that_end_and_have_times_are_merged();
	an_object_is_of_printable_ascii();
	a_heading_is_only_that();
	no_host_writes_the_heading_of_all();
	who_prints_nothing_more_can_be_ended();
	a_refusal_is_filtered();
	a_daemon_that_does_not_read_is_not_waited_for();
	return failures ? 1 : 0;
}
