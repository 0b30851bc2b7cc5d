/*
 * peer TABLE THEIRS MINE - prints whose a connection with these ends is by a table like /proc/net/tcp: 1 if it is this
 * user's, -1 if a line with these ends is another's, 0 if there is none.
 */
#include "../../main/c/dbg/forward/peer.c"

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	printf("%d\n", owner_of(argv[1], argv[2], argv[3]));
	return 0;
}
