/*
 * cluster - tests what the way into a cluster reads: JSON, HTTP and WebSocket of an API server that may be a stranger's, or
 * hold strangers' strings; and what it makes of a line.
 *
 * usage: cluster
 */
#include "client.c"

/* What it allocates is few, and some of it for good; to look for it needs rights that a test may not have. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

/* What a member of the text is as a string, in angle brackets, or "" if it is none. */
static const char *read_of(const char *text, const char *path)
{
	static char shown[300];
	char is[256];
	/* Behind the text there is nothing that may be read. */
	size_t length = strlen(text);
	char *copy = malloc(length ? length : 1);

	memcpy(copy, text, length);
	if (string_of(*path ? member_of(json_of(copy, length), path) : json_of(copy, length), is, sizeof(is)) < 0)
		*shown = '\0';
	else
		snprintf(shown, sizeof(shown), "<%s>", is);
	free(copy);
	return shown;
}

static void strings_are_read_where_they_are(void)
{
	static const char *const rows[][3] = {
		{"{\"a\":\"b\"}", "a", "<b>"},
		{" {\n\t\"x\" : 1, \"a\" : {\"b\":{\"c\":\"d\"}}}", "a.b.c", "<d>"},
		{"{\"x\":{\"a\":\"no\"},\"y\":[{\"a\":\"no\"},\"\\\"a\\\":\\\"no\\\"\"],\"a\":\"yes\"}", "a", "<yes>"},
		{"{\"x\":\"}]{[\\\\\",\"a\":\"yes\"}", "a", "<yes>"},
		{"{\"\\u0061\":\"b\"}", "a", "<b>"},
		{"{\"a\":\"\"}", "a", "<>"},
		{"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "a", "<\"\\/\b\f\n\r\t>"},
		{"{\"a\":\"\\u003c\\u00e4\\u20AC\"}", "a", "<<\xc3\xa4\xe2\x82\xac>"},
		{"{\"a\":\"\\ud83d\\ude00\"}", "a", "<\xef\xbf\xbd\xef\xbf\xbd>"},
		{"{\"a\":\"\\ud83d\"}", "a", "<\xef\xbf\xbd>"},
		{"{\"a\":\"\\ud83d\\u0041\"}", "a", "<\xef\xbf\xbd" "A>"},
		{"{\"a\":\"\\ude00x\"}", "a", "<\xef\xbf\xbdx>"},
		{"\"a\"", "", "<a>"},
		{"{\"a\":\"\\u0000\"}", "a", ""},
		{"{\"a\":\"\\u12\"}", "a", ""},
		{"{\"a\":\"\\u12g4\"}", "a", ""},
		{"{\"a\":\"\\x41\"}", "a", ""},
		{"{\"a\":1}", "a", ""},
		{"{\"a\":null}", "a", ""},
		{"{\"a\":{}}", "a.b", ""},
		{"{\"a\":\"b\"}", "b", ""},
		{"{\"ab\":\"c\"}", "a", ""},
		{"{\"a\":\"b\"}", "a.b", ""},
		{"[\"a\"]", "a", ""},
		{"{\"a\" \"b\"}", "a", ""},
		{"{a:\"b\"}", "a", ""},
		{"{\"x\":]}", "a", ""},
		{"", "a", ""},
		{"{", "a", ""},
	};
	char long_string[600];

	for (size_t i = 0; i < COUNT(rows); i++)
		expect(!strcmp(read_of(rows[i][0], rows[i][1]), rows[i][2]), rows[i][0]);
	memset(long_string, 'x', sizeof(long_string));
	memcpy(long_string, "{\"a\":\"", 6);
	strcpy(long_string + 270, "\"}");
	expect(!*read_of(long_string, "a"), "a string that is too long is none");
	strcpy(long_string + 200, "\"}");
	expect(strlen(read_of(long_string, "a")) == 196, "one that fits is");
}

/* However a text ends, or is changed, nothing else is read: the sanitizers look. */
static void any_bytes_are_read_as_json(void)
{
	static const char text[] = "{\"items\":[{\"metadata\":{\"name\":\"\\u0061\\ud83d\\ude00\"},\"x\":[1,[{}],\"]\"]},{\"a\":\"b\"}],\"z\":\"\\\\\"}";
	static const char others[] = "{}[]\",:\\u0d8\xff";

	for (size_t length = 0; length < sizeof(text); length++) {
		char *cut_text = strndup(text, length);

		read_of(cut_text, "items");
		read_of(cut_text, "z");
		for (size_t at = 0; at < length; at++)
			for (size_t other = 0; other < strlen(others); other++) {
				char is = cut_text[at];
				size_t elements = 0;

				cut_text[at] = others[other];
				for (struct json each = first_of(member_of(json_of(cut_text, length), "items")); each.at; each = next_of(each))
					elements += *read_of(each.at, "metadata.name") || elements < 9;
				expect(elements < 10, "an array has no more elements than it had");
				cut_text[at] = is;
			}
		free(cut_text);
	}
	for (size_t depth = 1; depth < 1000000; depth *= 10) {
		char *deep = malloc(depth + 16);

		memset(deep, '[', depth);
		memcpy(deep, "{\"x\":", 5);
		strcpy(deep + depth, ",\"a\":1");
		expect(!*read_of(deep, "a"), "no depth is too much");
		free(deep);
	}
}

static void an_array_is_gone_through(void)
{
	static const char text[] = "{\"items\": [ {\"n\":\"a\"} , {\"n\":\"b,]\"},\n{\"n\":\"c\"} ]}";
	char seen[32] = "";
	char name[8];

	for (struct json each = first_of(member_of(json_of(text, strlen(text)), "items")); each.at; each = next_of(each))
		if (string_of(member_of(each, "n"), name, sizeof(name)) > 0)
			strcat(strcat(seen, name), " ");
	expect(!strcmp(seen, "a b,] c "), "each element is seen once");
	expect(!first_of(json_of("[]", 2)).at && !first_of(json_of("[ ]", 3)).at && !first_of(json_of("{}", 2)).at,
	       "an empty array has none");
}

static void a_string_with_a_zero_byte_is_none(void)
{
	char is[8];

	expect(string_of(json_of("\"a\0b\"", 5), is, sizeof(is)) < 0, "a zero byte would cut a string");
	expect(string_of(json_of("\"a\"", 3), is, 1) < 0 && string_of(json_of("\"a\"", 3), is, 2) == 1, "a string has room or is none");
}

static void a_word_is_written_as_a_string(void)
{
	char text[256] = "";
	FILE *to = fmemopen(text, sizeof(text), "w");

	write_string(to, "a\"\\\n\x01\x7f\xc3\xa4{}");
	fclose(to);
	expect(!strcmp(text, "\"a\\\"\\\\\\u000a\\u0001\x7f\xc3\xa4{}\""), "quotation marks and control characters are escaped");
	expect(!strcmp(read_of(text, ""), "<a\"\\\n\x01\x7f\xc3\xa4{}>"), "and read again");
	expect(are_characters("") && are_characters("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), "UTF-8 is");
	expect(!are_characters("\xff") && !are_characters("\xc3") && !are_characters("\xc3(") && !are_characters("\xc0\x80") &&
		       !are_characters("\xed\xa0\x80") && !are_characters("\xe2\x82") && !are_characters("\xf5\x80\x80\x80"),
	       "other bytes are not");
}

/* Groups and labels have names that strangers chose. */
static void a_value_is_copied_as_it_is(void)
{
	static const char *const rows[][2] = {
		{"{\"x\":{\"a\":[\"},{\", \"\\\"]\\u0000\"],\"b\":{}} ,\"y\":1}", "{\"a\":[\"},{\", \"\\\"]\\u0000\"],\"b\":{}} "},
		{"{\"x\":\"a,b\"}", "\"a,b\""},
		{"{\"x\":{\"a\":[}", ""},
		{"{\"x\":{\"a\":\"", ""},
		{"{\"x\":", ""},
		{"{}", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[128] = "";
		FILE *to = fmemopen(text, sizeof(text), "w");

		write_value(to, member_of(json_of(rows[i][0], strlen(rows[i][0])), "x"));
		fclose(to);
		expect(!strcmp(text, rows[i][1]), rows[i][0]);
	}
}

static void an_object_that_was_changed_is_another(void)
{
	static const char hash[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	static const struct {
		const char *command, *hash;
		int is_same;
	} rows[] = {
		{"[\"ss\",\"-tln\",\"\\u003c\\\"\xc3\xa4\"]", hash, 1},
		{"[\"ss\",\"-tln\",\"<\\\"\xc3\xa4\"]", hash, 1},
		{"[\"ss\",\"-tln\",\"<\\\"\xc3\xa4\",\"x\"]", hash, 0},
		{"[\"ss\",\"-tln\"]", hash, 0},
		{"[\"ss\",\"-K\",\"<\\\"\xc3\xa4\"]", hash, 0},
		{"[\"ss\",7,\"<\\\"\xc3\xa4\"]", hash, 0},
		{"[]", hash, 0},
		{"null", hash, 0},
		{"[\"ss\",\"-tln\",\"<\\\"\xc3\xa4\"]", "0", 0},
	};
	char *words[] = {"ss", "-tln", "<\"\xc3\xa4", NULL};
	struct session session = {.asked.words = words, .key = "abc"};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[300];

		snprintf(text, sizeof(text), "{\"spec\":{\"keyHash\":\"%s\",\"command\":%s}}", rows[i].hash, rows[i].command);
		expect(is_object_of(&session, json_of(text, strlen(text))) == rows[i].is_same, text);
	}
	expect(!is_object_of(&session, json_of("{}", 2)), "an object without a line is another");
}

static void a_hash_is_that_of_fips_180(void)
{
	static const struct {
		const char *text;
		size_t times;
		const char *hash;
	} rows[] = {
		{"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{"a", 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
		{"a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
		{"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t length = strlen(rows[i].text);
		char *bytes = malloc(length * rows[i].times + 1), hash[HEX_OF_SHA256];

		for (size_t at = 0; at < rows[i].times; at++)
			memcpy(bytes + at * length, rows[i].text, length);
		sha256(bytes, length * rows[i].times, hash);
		expect(!strcmp(hash, rows[i].hash), rows[i].hash);
		free(bytes);
	}
}

/* What comes of an answer that a server sends in such steps and then ends: the body, or the problem. */
static const char *answered(const char *text, size_t length, size_t step, int *status)
{
	static char seen[512];
	/* Without a time it is waited for as long as it takes. */
	struct http http = {.fd = -1, .within = step == 1 ? 60000 : 0};
	struct answer answer = {0};
	const char *problem;
	int ends[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || (child = fork()) < 0)
		broken("fork");
	if (child == 0) {
		char request[512];

		close(ends[1]);
		if (read(ends[0], request, sizeof(request)) <= 0)
			_exit(1);
		for (size_t at = 0; at < length; at += step)
			if (write(ends[0], text + at, length - at < step ? length - at : step) < 0)
				_exit(0);
		_exit(0);
	}
	close(ends[0]);
	never_block(ends[1]);
	http.fd = ends[1];
	problem = send_http(&http, "GET", "/x", "", NULL);
	if (!problem)
		problem = read_http(&http, &answer);
	*status = answer.status;
	snprintf(seen, sizeof(seen), "%.*s", problem ? 500 : (int)answer.length, problem ? problem : answer.body);
	free(http.request);
	free(http.bytes);
	close(ends[1]);
	waitpid(child, NULL, 0);
	return seen;
}

static void an_answer_is_read_however_it_comes(void)
{
	static const char *const rows[][2] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"},
		{"HTTP/1.1 200 OK\r\ncontent-length:   0\r\n\r\n", ""},
		{"HTTP/1.1 200 OK\r\nX: Content-Length: 9\r\nContent-Length: 2\r\n\r\nhi", "hi"},
		{"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", "abc0123456789"},
		{"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n1 \r\na\r\n0\r\nTrailer: x\r\n\r\n", "a"},
		{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", ""},
	};
	static const char *const refused[] = {
		"", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 x\r\nContent-Length: 0\r\n\r\n", "hello\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nContent-Length: 4194305\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
	};
	static const char too_long[] = "HTTP/1.1 200 OK\r\nContent-Length: 4194305\r\n\r\n";
	int status;

	expect(strstr(answered(too_long, strlen(too_long), 999, &status), "not HTTP/1.1") != NULL, "a length has a bound");
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t step = 1; step < 200; step = step * 3 + 4) {
			expect(!strcmp(answered(rows[i][0], strlen(rows[i][0]), step, &status), rows[i][1]), rows[i][0]);
			expect(status == atoi(rows[i][0] + 9), "its status is read");
		}
	for (size_t i = 0; i < COUNT(refused); i++) {
		const char *seen = answered(refused[i], strlen(refused[i]), 7, &status);

		expect(strstr(seen, "closed the connection") || strstr(seen, "not HTTP/1.1"), refused[i]);
	}
}

/* Neither a server that says nothing nor one that says a byte now and then is waited for, whoever waits. */
static void an_answer_comes_in_time_or_not_at_all(void)
{
	static const char *const says[] = {"", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"};

	for (int i = 0; i < 4; i++) {
		struct http http = {.is_urgent = i % 2, .within = 300};
		struct timespec pause = {.tv_nsec = 20000000};
		struct answer answer;
		int ends[2];
		pid_t child;

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || (child = fork()) < 0)
			broken("fork");
		if (child == 0) {
			close(ends[1]);
			for (const char *at = says[i / 2]; *at; at++)
				if (write(ends[0], at, 1) < 0)
					_exit(0);
			/* Ten seconds: the test must not hang without the limit. */
			for (int n = 0; n < 500; n++) {
				nanosleep(&pause, NULL);
				if (*says[i / 2] && send(ends[0], "x", 1, MSG_NOSIGNAL) < 0)
					break;
			}
			_exit(0);
		}
		close(ends[0]);
		never_block(ends[1]);
		http.fd = ends[1];
		expect(!send_http(&http, "POST", "/x", "", "{}") && !strcmp(read_http(&http, &answer) ?: "", "none in time"),
		       "an answer has a time");
		free(http.request);
		free(http.bytes);
		close(ends[1]);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
}

/* The status that comes of a server that puts a request off so often before it answers, and how often that came as it was. */
static int asked_again(const char *puts_off, int times, int within, int *seen)
{
	static const char request[] = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
	static const char made[] = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
	struct http http = {.within = within};
	struct answer answer = {0};
	const char *problem;
	int ends[2], status;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || (child = fork()) < 0)
		broken("fork");
	if (child == 0) {
		char came[512];
		int same = 0;

		close(ends[1]);
		for (ssize_t got; (got = read(ends[0], came, sizeof(came))) > 0;) {
			const char *says = same < times ? puts_off : made;

			same += got == sizeof(request) - 1 && !memcmp(came, request, (size_t)got);
			if (write(ends[0], says, strlen(says)) < 0)
				break;
		}
		_exit(same);
	}
	close(ends[0]);
	never_block(ends[1]);
	http.fd = ends[1];
	problem = send_http(&http, "POST", "/x", "", "{}");
	expect(!problem && !read_http(&http, &answer), "a request that is put off has an answer");
	free(http.request);
	free(http.bytes);
	close(ends[1]);
	waitpid(child, &status, 0);
	*seen = WEXITSTATUS(status);
	return answer.status;
}

static void what_the_cluster_puts_off_is_asked_again(void)
{
	static const char at_once[] = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy";
	static const char later[] = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 9999\r\nContent-Length: 4\r\n\r\nbusy";
	static const char never[] = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nbusy";
	static const char fails[] = "HTTP/1.1 500 Failed\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy";
	int seen;

	expect(asked_again(at_once, 3, 0, &seen) == 201 && seen == 4, "as often as it is put off");
	expect(asked_again(at_once, 100, 60000, &seen) == 429 && seen == 10, "but not for ever");
	expect(asked_again(later, 1, 60000, &seen) == 429 && seen == 1, "nor later than anybody waits");
	expect(asked_again(never, 1, 60000, &seen) == 429 && seen == 1, "nor without being asked to");
	expect(asked_again(fails, 1, 60000, &seen) == 500 && seen == 1, "nor what the cluster may have begun");
}

static void an_answer_has_bounds(void)
{
	size_t length = LARGEST_ANSWER + 100000;
	char *text = malloc(length);
	int status, chunks;

	memset(text, 'x', length);
	memcpy(text, "HTTP/1.1 200 OK\r\nX: ", 20);
	expect(strstr(answered(text, length, length, &status), "not HTTP/1.1") != NULL, "a head has an end");
	chunks = sprintf(text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (size_t at = (size_t)chunks; at + 20 < length; at += 15)
		memcpy(text + at, "a\r\n0123456789\r\n", 15);
	expect(strstr(answered(text, length, 65536, &status), "larger than") != NULL, "so have chunks");
	free(text);
}

static struct tunnel tunnel;
static struct frames taken;

/* What the tunnel passes on of these bytes, which come in such steps. Returns -1 if they are refused. */
static int passes_on(const char *bytes, size_t length, size_t step, char *seen, size_t room)
{
	int ends[2], is = 0;
	size_t shown = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		broken("socketpair");
	never_block(ends[0]);
	never_block(ends[1]);
	memset(&tunnel, 0, sizeof(tunnel));
	memset(&taken, 0, sizeof(taken));
	begin_websocket(&tunnel.socket, ends[0], bytes, length < step ? length : step);
	for (size_t at = step; is == 0; at += step) {
		is = take_data(&tunnel, &taken);
		if (at >= length || is < 0 || tunnel.socket.frames.has_ended)
			break;
		if (write(ends[1], bytes + at, length - at < step ? length - at : step) < 0)
			broken("write");
		receive_frames(&tunnel.socket.frames);
	}
	if (taken.put < room)
		memcpy(seen, taken.out_bytes, shown = taken.put);
	seen[shown] = '\0';
	close(ends[0]);
	close(ends[1]);
	return is;
}

#define PORTS "\x82\x03\x00\x92\x10" "\x82\x03\x01\x92\x10"

static void data_comes_through_however_it_is_cut(void)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *data, *error;
	} rows[] = {
#define ROW(bytes, data, error) {bytes, sizeof(bytes) - 1, data, error}
		ROW(PORTS "\x82\x03\x00hi", "hi", ""),
		ROW("\x82\x05\x00\x92\x10hi", "hi", ""),
		ROW("\x02\x01\x00" "\x89\x01?" "\x00\x03\x92\x10h" "\x80\x01i" "\x82\x01\x00" "\x82\x02\x00!", "hi!", ""),
		ROW("\x02\x00" "\x80\x05\x00\x92\x10ok", "ok", ""),
		ROW(PORTS "\x82\x7e\x00\x03\x00hi" "\x82\x7f\x00\x00\x00\x00\x00\x00\x00\x03\x00ho", "hiho", ""),
		ROW(PORTS "\x82\x03\x01no" "\x82\x03\x00hi" "\x82\x02\x01!", "hi", "no!"),
		ROW(PORTS "\x8a\x00" "\x82\x02\x00x" "\x88\x02\x03\xe8" "\x82\x02\x00y", "x", ""),
		ROW(PORTS "\x81\x03\x00hi", "hi", ""),
#undef ROW
	};
	char seen[64];

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t step = 1; step < 50; step++) {
			expect(passes_on(rows[i].bytes, rows[i].length, step, seen, sizeof(seen)) == 0, "it is taken");
			expect(!strcmp(seen, rows[i].data) && !strcmp(tunnel.error, rows[i].error), rows[i].data);
		}
	expect(tunnel.errors == 0, "there is no error without one");
}

static void a_reader_that_takes_nothing_stops_the_tunnel(void)
{
	static unsigned char piece[LARGEST_BODY];
	char seen[8];

	passes_on(PORTS, sizeof(PORTS) - 1, 99, seen, sizeof(seen));
	while (has_room(&taken))
		put_plain(&taken, piece, sizeof(piece));
	memcpy(tunnel.socket.frames.in_bytes, "\x82\x03\x00hi", 5);
	tunnel.socket.frames.received = 5;
	tunnel.socket.frames.taken = 0;
	expect(take_data(&tunnel, &taken) == 0 && tunnel.socket.frames.taken == 0, "what has no room stays where it is");
	taken.put = 0;
	expect(take_data(&tunnel, &taken) == 0 && taken.put == 2, "and is passed on when there is");
}

static void what_is_no_frame_is_refused(void)
{
	static const struct {
		const char *bytes;
		size_t length;
	} rows[] = {
#define ROW(bytes) {bytes, sizeof(bytes) - 1}
		ROW("\xc2\x01\x00"), ROW("\x92\x01\x00"), ROW("\xa2\x01\x00"), ROW("\x83\x01\x00"), ROW("\x8b\x00"), ROW("\x8f\x00"),
		ROW("\x80\x01\x00"), ROW("\x02\x01\x00\x82\x01\x00"), ROW("\x09\x00"), ROW("\x89\x7e\x00\x80"),
		ROW("\x82\x81\x00\x00\x00\x00\x00"), ROW("\x82\x01\x02"), ROW("\x82\x01\xff"),
#undef ROW
	};
	char seen[64];

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t step = 1; step < 12; step++)
			expect(passes_on(rows[i].bytes, rows[i].length, step, seen, sizeof(seen)) < 0, "what is no frame is refused");
}

/* Any bytes: nothing is passed on but what came, and no more is kept than there is room for. */
static void any_bytes_are_taken_or_refused(void)
{
	static char bytes[3000], seen[4000];
	unsigned state = 1;

	for (int round = 0; round < 20000; round++) {
		size_t length = (state >> 8) % sizeof(bytes);

		for (size_t i = 0; i < length; i++) {
			state = state * 1664525 + 1013904223;
			bytes[i] = i % 7 ? (char)(state >> 24) : "\x82\x02\x80\x00\x89\x88\x7e"[state >> 24 & 6];
		}
		passes_on(bytes, length, 1 + (state >> 16) % 500, seen, sizeof(seen));
		expect(taken.put <= length, "no more comes out than went in");
	}
}

/* Takes a frame of a client's apart, and checks that it is masked. Returns its length in all, or 0. */
static size_t unmask(unsigned char *bytes, size_t have, int *opcode, unsigned char **payload, size_t *length)
{
	size_t header = 6;

	if (have < 6 || !(bytes[1] & 0x80))
		return 0;
	*opcode = bytes[0] & 15;
	*length = bytes[1] & 127;
	if (*length == 126) {
		*length = (size_t)bytes[2] << 8 | bytes[3];
		header = 8;
	}
	if (have < header + *length)
		return 0;
	for (size_t i = 0; i < *length; i++)
		bytes[header + i] ^= bytes[header - 4 + i % 4];
	*payload = bytes + header;
	return header + *length;
}

static void what_is_sent_is_masked_and_in_sent(void)
{
	static unsigned char data[100000], seen[100000];
	struct frames *out = &tunnel.socket.frames;
	struct frames *from = calloc(1, sizeof(*from));
	size_t length = 0, at = 0, part, all;
	unsigned char *payload;
	int opcode, sent = 0;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 7 >> 3);
	memset(&tunnel, 0, sizeof(tunnel));
	memcpy(from->in_bytes, data, sizeof(data));
	from->received = sizeof(data);
	put_data(&tunnel, from);
	put_ping(&tunnel.socket);
	while ((all = unmask(out->out_bytes + at, out->put - at, &opcode, &payload, &part)) > 0) {
		at += all;
		if (opcode != 2)
			break;
		expect(payload[0] == 0 && part <= LARGEST_MESSAGE, "a message has the channel for data, and is not long");
		memcpy(seen + length, payload + 1, part - 1);
		length += part - 1;
		sent++;
	}
	expect(opcode == 9 && at == out->put, "a ping follows");
	expect(length == sizeof(data) && !memcmp(seen, data, length) && sent == 4, "all bytes are sent in pieces");
	while (has_room(out))
		put_message(&tunnel.socket, 0, data, LARGEST_MESSAGE - 1);
	from->received = 10;
	from->taken = 0;
	put_data(&tunnel, from);
	expect(from->taken == 0, "what has no room waits");
	for (int i = 0; i < 100000; i++)
		put_ping(&tunnel.socket);
	expect(out->put <= sizeof(out->out_bytes), "pings that nobody takes are not kept");
	free(from);
}

/* Words between spaces, in an array that ends with NULL. */
static char **words_of(const char *line)
{
	static char text[512];
	static char *words[32];
	size_t count = 0;

	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	words[count] = NULL;
	return words;
}

static void the_reason_is_that_of_dbg_and_not_of_the_tool(void)
{
	static const char *const rows[][2] = {
		{"--reason a k8s://n/p ss", "a"},	   {"--reason=a k8s://n/p ss", "a"},	{"k8s://n/p --reason a ss", "a"},
		{"k8s://n/p net --reason a -- ss", "a"},   {"k8s://n/p ss --reason a", ""},	{"k8s://n/p -- ss --reason a", ""},
		{"k8s://n/p net ss --reason a", ""},	   {"-u --reason k8s://n/p ss", ""},	{"-tu 5 --reason a k8s://n/p ss", "a"},
		{"exec --reason a k8s://n/p ss", "a"},	   {"shell -c x k8s://n/p --reason a", "a"}, {"shell -c --reason k8s://n/p", ""},
		{"status k8s://n/p --reason a", "a"},	   {"logs -n 5 --reason a k8s://n/p", "a"}, {"--reason", ""}, {"", ""},
		{"explain k8s://n/p net ss --reason a", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *reason;

		tools_words(words_of(rows[i][0]), &reason);
		expect(!strcmp(reason, rows[i][1]), rows[i][0]);
	}
}

static void only_a_pod_s_name_is_put_into_a_path(void)
{
	static const char *const refused[] = {
		"k8s://", "k8s://a", "k8s://a/", "k8s:///b", "k8s://a/b/", "k8s://a/b/c/d", "k8s://a/..", "k8s://../b", "k8s://a/b?x",
		"k8s://a/b#x", "k8s://a/%2e", "k8s://A/b", "k8s://a/b*", "k8s://a/.b", "k8s://a/-b", "k8s://a b/c", "k8s://a/b\nc",
		"k8s://a/b..c", "k8s://0123456789012345678901234567890123456789012345678901234567890123/b", "web", "",
	};
	struct asked line;
	char *words[] = {NULL, (char *)"ss", NULL};

	for (size_t i = 0; i < COUNT(refused); i++) {
		words[0] = (char *)refused[i];
		expect(read_asked(words, &line) != NULL, refused[i]);
	}
	words[0] = (char *)"k8s://shop/web-1.x/app";
	expect(!read_asked(words, &line) && !strcmp(line.namespace, "shop") && !strcmp(line.pod, "web-1.x") &&
		       !strcmp(line.container, "app"), "a whole name is read");
	words[0] = (char *)"k8s://shop/web";
	expect(!read_asked(words, &line) && !*line.container, "the container may be left out");
	words[1] = (char *)"\xff";
	expect(read_asked(words, &line) && strstr(read_asked(words, &line), "UTF-8"), "words are UTF-8");
}

static void a_line_has_no_more_than_an_object_holds(void)
{
	static char *words[258], word[4098];
	struct asked line;

	for (size_t i = 0; i < 256; i++)
		words[i] = (char *)"k8s://n/p";
	expect(!read_asked(words, &line), "256 words are a line");
	words[256] = (char *)"x";
	expect(read_asked(words, &line) && strstr(read_asked(words, &line), "256"), "257 are not");
	words[256] = NULL;
	memset(word, 'x', 4096);
	words[255] = word;
	expect(!read_asked(words, &line), "a word has 4096 bytes");
	word[4096] = 'x';
	expect(read_asked(words, &line) && strstr(read_asked(words, &line), "4096"), "and not one more");
}

static void an_object_is_json_whatever_the_words_are(void)
{
	static char *words[] = {(char *)"--reason", (char *)"\"},{\"x", (char *)"k8s://shop/web.-.0123456789012345678901234567890123456789012345678901.x/app",
				(char *)"\\\n\x01", NULL};
	struct session session = {.node = "node1", .pod_uid = "u-1"};
	char value[128], other[128], name[128], *object;
	struct json json, word;
	int same = 0;

	expect(!read_asked(words, &session.asked), "the words are a line");
	make_key(&session);
	expect(strlen(session.key) == 64 && strspn(session.key, "0123456789abcdef") == 64, "a key has 64 digits");
	object = session_object(&session);
	json = json_of(object, strlen(object));
	expect(string_of(member_of(json, "spec.reason"), value, sizeof(value)) > 0 && !strcmp(value, words[1]), "the reason is whole");
	word = first_of(member_of(json, "spec.command"));
	for (size_t i = 0; words[i]; i++, word = next_of(word))
		expect(string_of(word, value, sizeof(value)) > 0 && !strcmp(value, words[i]), words[i]);
	expect(!word.at, "there is no other word");
	expect(string_of(member_of(json, "metadata.generateName"), name, sizeof(name)) > 0 && strlen(name) <= 58 &&
		       name[strlen(name) - 1] == '-' && name[strlen(name) - 19] != '.', "the name has a good beginning");
	expect(string_of(member_of(json, "spec.keyHash"), value, sizeof(value)) == 64 && !strstr(object, session.key),
	       "it has the key's hash, and not the key");
	free(object);
	session.filled_in = (char *)",\"user\":{\"username\":\"ann\"}";
	object = session_object(&session);
	json = json_of(object, strlen(object));
	expect(string_of(member_of(json, "metadata.generateName"), other, sizeof(other)) > 0, "it has a name");
	for (size_t i = strlen(other) - 17; i < strlen(other) - 1; i++)
		same += name[i] == other[i];
	expect(strlen(name) == strlen(other) && same < 8, "nobody knows that name");
	expect(string_of(member_of(json, "spec.user.username"), other, sizeof(other)) == 3, "it says who asks if that is filled in");
	expect(string_of(member_of(json, "spec.reason"), value, sizeof(value)) > 0, "beside the rest");
	free(object);
}

/* What kubectl dbg makes of this line, with -n given, so that no kubectl is asked; "" if it is refused. */
static const char *line_for(const char *line)
{
	static char seen[512];
	int ends[2], status;
	ssize_t length;
	pid_t child;

	if (pipe(ends) < 0 || (child = fork()) < 0)
		broken("fork");
	if (child == 0) {
		char **words = words_of(line);
		size_t count = 0;

		dup2(open("/dev/null", O_WRONLY), 2);
		while (words[count])
			count++;
		for (words = line_of_kubectl(words, count) + 1; *words; words++)
			dprintf(ends[1], "%s ", *words);
		dprintf(ends[1], "| %s | %s", getenv(HOST_VARIABLE), getenv(KUBECTL_VARIABLE));
		_exit(0);
	}
	close(ends[1]);
	waitpid(child, &status, 0);
	length = read(ends[0], seen, sizeof(seen) - 1);
	seen[length > 0 ? length : 0] = '\0';
	close(ends[0]);
	return status ? "" : seen;
}

static void kubectl_dbg_is_a_line_of_dbg(void)
{
	static const char *const rows[][2] = {
		{"-n shop web -- ss -n -c x", "k8s://shop/web -- ss -n -c x | kube:// | "},
		{"web -n shop -c app net -- ss", "k8s://shop/web/app net -- ss | kube:// | "},
		{"web/app -nshop net -t ss -n", "k8s://shop/web/app net -t ss -n | kube:// | "},
		{"web net -n shop --container=app ss", "k8s://shop/web/app net ss | kube:// | "},
		{"--namespace=shop --reason -n pod/web ss", "--reason -n k8s://shop/web ss | kube:// | "},
		{"-n=shop -u 5 web ss", "-u 5 k8s://shop/web ss | kube:// | "},
		{"-n shop --context a@b/c:1 web ss", "k8s://shop/web ss | kube://a@b/c:1 | "},
		{"-n shop --kubeconfig own web ss", "k8s://shop/web ss | kube:// | --kubeconfig=own\n"},
		{"-n shop --as carol --as-group=dev web ss", "k8s://shop/web ss | kube:// | --as=carol\n--as-group=dev\n"},
		{"-n shop shell -c app web", "shell k8s://shop/web/app | kube:// | "},
		{"shell web net -n shop -w /etc", "shell k8s://shop/web net -w /etc | kube:// | "},
		{"-n shop --reason x exec shell ss", "exec --reason x k8s://shop/shell ss | kube:// | "},
		{"logs web -f --since 5m -n shop", "logs k8s://shop/web -f --since 5m | kube:// | "},
		{"logs --tail 20 web -n shop", "logs --tail 20 k8s://shop/web | kube:// | "},
		{"-n shop ps --filter a=b", "ps --filter a=b | kube:// | "},
		{"connect web 5432 -n shop", "connect k8s://shop/web 5432 | kube:// | "},
		{"k8s://a/b ss", "k8s://a/b ss | kube:// | "},
		{"ps", "ps | kube:// | "},
		{"-n shop -- web ss", "-- web ss | kube:// | "},
		{"-n", ""},
		{"--namespace= web ss", ""},
		{"-n shop -c a web/b ss", ""},
		{"-n shop --context a,b web ss", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect(!strcmp(line_for(rows[i][0]), rows[i][1]), rows[i][0]);
}

/* In the place of kubectl, of which only the context is asked. */
static void put_kubectl(const char *says)
{
	static char bin[] = "/tmp/dbg-test-XXXXXX", path[64];
	FILE *file;

	if (!*path && !mkdtemp(bin))
		broken("mkdtemp");
	snprintf(path, sizeof(path), "%s/kubectl", bin);
	if (!*says && unlink(path) == 0)
		return;
	file = fopen(path, "w");
	if (!file || fprintf(file, "#!/bin/sh\n%s\n", says) < 0 || fclose(file) || chmod(path, 0755) < 0)
		broken(path);
	setenv("PATH", bin, 1);
}

static void the_context_is_kept_with_the_namespace(void)
{
	static const char *const rows[][3] = {
		{"echo -n 'sre user@test/c:1'", "web ss", "k8s://sre/web ss | kube://user@test/c:1 | "},
		{"echo -n 'sre '; echo -n 'prod'", "web ss", "k8s://sre/web ss | kube://prod | "},
		{"echo -n ' prod'", "--context dev web ss", "k8s://default/web ss | kube://dev | "},
		{"echo -n ' my own'", "web ss", "k8s://default/web ss | kube:// | "},
		{"exit 1", "web ss", "k8s://default/web ss | kube:// | "},
	};
	char *path = strdup(getenv("PATH"));

	unsetenv("KUBERNETES_SERVICE_HOST");
	for (size_t i = 0; i < COUNT(rows); i++) {
		put_kubectl(rows[i][0]);
		expect(!strcmp(line_for(rows[i][1]), rows[i][2]), rows[i][0]);
	}
	put_kubectl("echo -n 'sre prod'");
	setenv(HOST_VARIABLE, "kube://", 1);
	keep_context();
	expect(!strcmp(getenv(HOST_VARIABLE), "kube://prod"), "the current context is kept");
	put_kubectl("echo -n ' dev'");
	keep_context();
	expect(!strcmp(getenv(HOST_VARIABLE), "kube://prod"), "what is kept stays");
	unsetenv(HOST_VARIABLE);
	put_kubectl("");
	rmdir(getenv("PATH"));
	setenv("PATH", path, 1);
	free(path);
}

/* As kubectl does it, which is client-go's inClusterClientConfig. */
static void in_a_pod_the_namespace_is_the_pods_own(void)
{
	char account[] = "/tmp/dbg-test-XXXXXX", path[64];
	FILE *file;

	if (!mkdtemp(account))
		broken("mkdtemp");
	snprintf(path, sizeof(path), "%s/namespace", account);
	file = fopen(path, "w");
	if (!file || fputs("sre", file) < 0 || fclose(file))
		broken(path);
	setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1", 1);
	setenv("KUBERNETES_SERVICE_PORT", "443", 1);
	expect(!strcmp(namespace_of_own_pod(account), "default"), "without a token it is no pod that logs in");
	snprintf(path, sizeof(path), "%s/token", account);
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	expect(!strcmp(namespace_of_own_pod(account), "sre"), "the namespace is the pod's own");
	setenv("POD_NAMESPACE", "ops", 1);
	expect(!strcmp(namespace_of_own_pod(account), "ops"), "or the one that the pod is told");
	unsetenv("KUBERNETES_SERVICE_HOST");
	expect(!strcmp(namespace_of_own_pod(account), "default"), "elsewhere it is the default one");
	unsetenv("KUBERNETES_SERVICE_PORT");
	unsetenv("POD_NAMESPACE");
	unlink(path);
	snprintf(path, sizeof(path), "%s/namespace", account);
	unlink(path);
	rmdir(account);
}

static void a_line_for_another_host_in_a_shell_has_no_options_of_the_shells_cluster(void)
{
	char *line[] = {(char *)"dbg", (char *)"-H", (char *)"kube://prod", (char *)"ps", NULL}, **words = line;
	int count = 4;

	setenv("DBG_SHELL", "1", 1);
	setenv(KUBECTL_VARIABLE, "--cluster=staging\n", 1);
	take_host(&count, &words);
	expect(!getenv(KUBECTL_VARIABLE) && !strcmp(getenv(HOST_VARIABLE), "kube://prod"), "-H in a shell is for that host alone");
	unsetenv("DBG_SHELL");
	unsetenv(HOST_VARIABLE);
}

static void a_context_is_a_plain_word(void)
{
	static const char *const contexts[] = {"", "prod", "arn:aws:eks:eu-west-1:123456789012:cluster/x", "user@test/api-host:6443/kube:admin",
					       "gke_p_europe-west1-b_c", "/api-host:6443/x"};
	static const char *const refused[] = {"-x", "a b", "a\"b", "a\\b", "a'b", "$(id)", "a;b", "a\nb"};
	char text[300];

	for (size_t i = 0; i < COUNT(contexts); i++) {
		const struct host *host;

		snprintf(text, sizeof(text), "kube://%s", contexts[i]);
		setenv(HOST_VARIABLE, text, 1);
		host = host_asked();
		expect(host->is_cluster && !strcmp(host->name, contexts[i]) && *name_of_host(host), text);
	}
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct host host;

		snprintf(text, sizeof(text), "kube://%s", refused[i]);
		expect(!take_all(&host, text), text);
	}
	setenv(HOST_VARIABLE, "kube://", 1);
	unsetenv(HOST_VARIABLE);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	strings_are_read_where_they_are();
	any_bytes_are_read_as_json();
	an_array_is_gone_through();
	a_string_with_a_zero_byte_is_none();
	a_word_is_written_as_a_string();
	a_value_is_copied_as_it_is();
	an_object_that_was_changed_is_another();
	a_hash_is_that_of_fips_180();
	an_answer_is_read_however_it_comes();
	an_answer_has_bounds();
	an_answer_comes_in_time_or_not_at_all();
	what_the_cluster_puts_off_is_asked_again();
	data_comes_through_however_it_is_cut();
	a_reader_that_takes_nothing_stops_the_tunnel();
	what_is_no_frame_is_refused();
	any_bytes_are_taken_or_refused();
	what_is_sent_is_masked_and_in_sent();
	the_reason_is_that_of_dbg_and_not_of_the_tool();
	only_a_pod_s_name_is_put_into_a_path();
	a_line_has_no_more_than_an_object_holds();
	an_object_is_json_whatever_the_words_are();
	kubectl_dbg_is_a_line_of_dbg();
	the_context_is_kept_with_the_namespace();
	in_a_pod_the_namespace_is_the_pods_own();
	a_line_for_another_host_in_a_shell_has_no_options_of_the_shells_cluster();
	a_context_is_a_plain_word();
	return failures ? 1 : 0;
}
