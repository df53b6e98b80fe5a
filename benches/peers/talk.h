/* What the C rivals share: the words of the job, the checksums, the talk with the parent.
 * The same sums as in src/workload/content.rs; the talk is described in src/pass.rs. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_LEN 4096u

static int word_count;
static char **words;

static const char *word(const char *key)
{
    size_t len = strlen(key);
    for (int i = 1; i < word_count; i++)
        if (!strncmp(words[i], key, len) && words[i][len] == '=')
            return words[i] + len + 1;
    fprintf(stderr, "`%s` is missing\n", key);
    exit(2);
}

static uint64_t number(const char *key)
{
    return strtoull(word(key), NULL, 10);
}

static int is(const char *key, const char *value)
{
    return !strcmp(word(key), value);
}

static uint64_t mix(uint64_t index)
{
    uint64_t z = index + 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint64_t random_offset(uint64_t index, uint64_t len)
{
    return mix(index ^ 0x5EED00000000u) % (len / PAGE_LEN) * PAGE_LEN;
}

static uint64_t first_word(const unsigned char *data)
{
    uint64_t number;
    memcpy(&number, data, sizeof number);
    return number;
}

static uint64_t page_sum(uint64_t offset, const unsigned char *data, size_t len)
{
    uint64_t sum = 0, page = offset / PAGE_LEN;
    for (size_t at = 0; at < len; at += PAGE_LEN, page++)
        sum += first_word(data + at) * (2 * page + 1);
    return sum;
}

static uint64_t listing_word(const char *name, uint64_t len)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001B3u;
    return hash + len;
}

static void element_name(char *to, uint64_t index, uint64_t stride, uint64_t count)
{
    sprintf(to, "element %06u", (unsigned)(index * stride % count));
}

static void fail(const char *what)
{
    fprintf(stderr, "%s failed\n", what);
    exit(1);
}

/* A stream that was opened, as the reading rows see it. */
typedef struct reader reader;
struct reader {
    void *stream;
};
static void *open_file(const char *path);
static void close_file(void *file);
static reader open_reader(void *file, const char *name);
static void close_reader(reader from);
static void read_at(reader from, uint64_t offset, void *to, size_t len);
static uint64_t list(void);
static void build(void);
static double now(void);

/* The part of a list that is not timed follows it; so it tells the time itself. */
static double listed_at;

static uint64_t read_through(reader from, uint64_t offset, uint64_t end, unsigned char *buffer)
{
    uint64_t sum = 0, step = number("step");
    for (; offset < end; offset += step) {
        size_t len = end - offset < step ? end - offset : step;
        read_at(from, offset, buffer, len);
        sum += page_sum(offset, buffer, len);
    }
    return sum;
}

static uint64_t read_whole(void)
{
    unsigned char *buffer = malloc(number("step"));
    void *file = open_file(word("file"));
    reader from = open_reader(file, word("stream"));
    uint64_t sum = read_through(from, 0, number("len"), buffer);
    close_reader(from);
    close_file(file);
    free(buffer);
    return sum;
}

static uint64_t read_small(void)
{
    unsigned char buffer[4096];
    void *file = open_file(word("file"));
    reader from = open_reader(file, word("stream"));
    uint64_t sum = 0, len = number("len");
    read_at(from, 0, buffer, len);
    for (uint64_t at = 0; at + 8 <= len; at += 8)
        sum += first_word(buffer + at);
    close_reader(from);
    close_file(file);
    return sum;
}

static uint64_t read_alternately(void)
{
    unsigned char *buffer = malloc(number("step"));
    void *file = open_file(word("file"));
    reader left = open_reader(file, word("left")), right = open_reader(file, word("right"));
    uint64_t sum = 0, len = number("len"), turn = number("turn");
    for (uint64_t at = 0; at < len; at += turn) {
        uint64_t end = at + turn < len ? at + turn : len;
        sum += read_through(left, at, end, buffer);
        sum += read_through(right, at, end, buffer);
    }
    close_reader(left);
    close_reader(right);
    close_file(file);
    free(buffer);
    return sum;
}

static uint64_t read_pages(reader from)
{
    unsigned char page[PAGE_LEN];
    uint64_t sum = 0, len = number("len"), count = number("count");
    for (uint64_t i = 0; i < count; i++) {
        read_at(from, random_offset(i, len), page, PAGE_LEN);
        sum += first_word(page) * (2 * i + 1);
    }
    return sum;
}

static void pass(void)
{
    uint64_t sum = 0;
    double start = now(), end;
    if (is("row", "list")) {
        sum = list();
        end = listed_at;
    } else if (is("row", "random")) {
        void *file = open_file(word("file"));
        reader from = open_reader(file, word("stream"));
        start = now();
        sum = read_pages(from);
        end = now();
        close_reader(from);
        close_file(file);
    } else {
        if (is("row", "small"))
            sum = read_small();
        else if (is("row", "alternate"))
            sum = read_alternately();
        else if (is("row", "build"))
            build();
        else
            sum = read_whole();
        end = now();
    }
    printf("seconds %.9f\nchecksum %llu\n", end - start, (unsigned long long)sum);
}

static void talk(void)
{
    printf("ready\n");
    fflush(stdout);
    while (getchar() != '\n')
        ;
    for (uint64_t i = number("passes"); i; i--)
        pass();
    printf("done\n");
    fflush(stdout);
    while (getchar() != EOF)
        ;
}
