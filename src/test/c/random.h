/* random.h - random numbers by a seed, the same on every host: splitmix64. */
#include <stddef.h>
#include <stdint.h>

static uint64_t random_state;

static void begin_random(uint64_t seed)
{
	random_state = seed * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t random64(void)
{
	uint64_t mixed = random_state += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ (mixed >> 31);
}

/* A number from 0 to LIMIT - 1. */
static size_t below(size_t limit)
{
	return (size_t)(random64() % limit);
}
