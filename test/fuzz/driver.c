/*-------------------------------------------------------------------------
 *
 * driver.c
 *	  Runs a fuzz target where libFuzzer is not: every input of a corpus,
 *	  then mutations of them, the same on every machine. Prints TAP.
 *
 *	  build/fuzz/text [-runs=N] [-seed=N]   replay test/fuzz/corpus/text, then N mutations
 *	  build/fuzz/text FILE...			   replay what made it fail
 *
 * When an input makes the target fail, it is written beside the program, with
 * the ending .crash. For libFuzzer (clang), leave this file out:
 *
 *	  clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
 *		  -Isrc -Itest/unit -o text_fuzz test/fuzz/text_fuzz.c src/text/{token,feature,model,text,mask,language}.c \
 *		  src/learn/{corpus,memory,text_write}.c -lm
 *	  ./text_fuzz -max_len=2048 -max_total_time=120 test/fuzz/corpus/text
 *
 *-------------------------------------------------------------------------
 */
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

#define MAX_BYTES  2048
#define MAX_INPUTS 1000

typedef struct Input
{
	size_t	 size;
	uint8_t *data;
} Input;

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Input inputs[MAX_INPUTS];
static int	 n_inputs;
/* The input under test, where the parent process sees it after the child's death */
static struct
{
	size_t	size;
	uint8_t data[MAX_BYTES];
} * current;

static const char *program;
static uint64_t	   random_state = 1;

static uint32_t
random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t) ((random_state >> 16) % n);
}

static void
keep_current(void)
{
	char  path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s.crash", program);
	if ((file = fopen(path, "wb")) == NULL)
		return;
	fwrite(current->data, 1, current->size, file);
	fclose(file);
	diag("failed with the input in %s", path);
}

/* Run the target on memory of exactly the input's size. */
static void
run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	memcpy(current->data, data, size);
	current->size = size;
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void
read_file(const char *path)
{
	Input *input = &inputs[n_inputs];
	FILE  *file = fopen(path, "rb");

	if (file == NULL || n_inputs == MAX_INPUTS)
	{
		fprintf(stderr, "could not take \"%s\"\n", path);
		exit(1);
	}
	input->data = malloc(MAX_BYTES);
	input->size = fread(input->data, 1, MAX_BYTES, file);
	n_inputs++;
	fclose(file);
}

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The folder that is called like the program */
static void
read_corpus(void)
{
	struct dirent **entry;
	char			path[4096];
	const char	   *name = strrchr(program, '/');
	int				n;

	snprintf(path, sizeof(path), "test/fuzz/corpus/%s", name ? name + 1 : program);
	n = scandir(path, &entry, is_visible, alphasort);
	for (int i = 0; i < n; i++)
	{
		char file[8192];

		snprintf(file, sizeof(file), "%s/%s", path, entry[i]->d_name);
		read_file(file);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

/* Replace a range of the input by other bytes, as far as there is room. */
static void
splice(Input *input, size_t at, size_t cut, const uint8_t *by, size_t len)
{
	uint8_t rest[MAX_BYTES];
	size_t	n = input->size - at - cut;

	memcpy(rest, input->data + at + cut, n);
	len = len < MAX_BYTES - at ? len : MAX_BYTES - at;
	memmove(input->data + at, by, len);
	n = n < MAX_BYTES - at - len ? n : MAX_BYTES - at - len;
	memcpy(input->data + at + len, rest, n);
	input->size = at + len + n;
}

static void
mutate(Input *input)
{
	const Input *other = &inputs[random_below((uint32_t) n_inputs)];
	uint8_t		 byte = (uint8_t) random_below(256);
	size_t		 at = random_below((uint32_t) input->size + 1);
	size_t		 cut = random_below(1 + (uint32_t) (input->size - at < 16 ? input->size - at : 16));
	size_t		 from = random_below((uint32_t) other->size + 1);
	size_t		 len = random_below((uint32_t) (other->size - from) + 1);

	switch (random_below(5))
	{
		case 0:
			splice(input, at, at < input->size, &byte, 1);
			break;
		case 1:
			splice(input, at, 0, &byte, 1);
			break;
		case 2:
			splice(input, at, cut, &byte, 0);
			break;
		case 3:
			splice(input, at, cut, other->data + from, len);
			break;
		default: /* a power of two or a bit, where lengths and limits are */
			byte = (uint8_t) (at < input->size ? input->data[at] ^ 1u << random_below(8) : 0);
			splice(input, at, at < input->size, &byte, 1);
	}
}

static void
run_mutations(long runs)
{
	uint8_t data[MAX_BYTES];

	for (long i = 0; i < runs; i++)
	{
		const Input *seed = &inputs[random_below((uint32_t) n_inputs)];
		Input		 input = { seed->size, data };

		memcpy(data, seed->data, seed->size);
		for (int n = 1 + (int) random_below(8); n > 0; n--)
			mutate(&input);
		run(data, input.size);
	}
}

static int
run_all(long runs)
{
	for (int i = 0; i < n_inputs; i++)
		run(inputs[i].data, inputs[i].size);
	ok(n_inputs > 0, "%d inputs", n_inputs);
	if (runs > 0 && n_inputs > 0)
	{
		run_mutations(runs);
		ok(true, "%ld mutations of them", runs);
	}
	for (int i = 0; i < n_inputs; i++)
		free(inputs[i].data);
	return tap_done();
}

int
main(int argc, char **argv)
{
	long runs = 20000;
	int	 status = 1;

	program = argv[0];
	for (int i = 1; i < argc; i++)
	{
		if (strncmp(argv[i], "-runs=", 6) == 0)
			runs = atol(argv[i] + 6);
		else if (strncmp(argv[i], "-seed=", 6) == 0)
			random_state = strtoull(argv[i] + 6, NULL, 10) | 1;
		else
		{
			read_file(argv[i]);
			runs = 0;
		}
	}
	if (n_inputs == 0)
		read_corpus();
	current =
		mmap(NULL, sizeof(*current), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fork() == 0)
		exit(run_all(runs));
	wait(&status);
	if (status != 0)
		keep_current();
	return status != 0;
}
