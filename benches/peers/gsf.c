/* libgsf at the rows of the table. */
#define _GNU_SOURCE
#include "talk.h"
#include <gsf/gsf.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void *open_file(const char *path)
{
    GsfInput *bytes = gsf_input_stdio_new(path, NULL);
    GsfInfile *file = bytes ? gsf_infile_msole_new(bytes, NULL) : NULL;
    if (!file)
        fail("opening the file");
    g_object_unref(bytes);
    return file;
}

static void close_file(void *file)
{
    g_object_unref(file);
}

static reader open_reader(void *file, const char *name)
{
    GsfInput *stream = gsf_infile_child_by_name(file, name);
    if (!stream)
        fail("opening the stream");
    return (reader){stream};
}

static void close_reader(reader from)
{
    g_object_unref(from.stream);
}

static void read_at(reader from, uint64_t offset, void *to, size_t len)
{
    if (gsf_input_seek(from.stream, offset, G_SEEK_SET) || !gsf_input_read(from.stream, len, to))
        fail("reading");
}

static uint64_t list(void)
{
    GsfInfile *file = open_file(word("file"));
    int count = gsf_infile_num_children(file);
    char **names = malloc(count * sizeof *names);
    uint64_t *lens = malloc(count * sizeof *lens), sum = 0;
    for (int i = 0; i < count; i++) {
        GsfInput *child = gsf_infile_child_by_index(file, i);
        names[i] = strdup(gsf_input_name(child));
        lens[i] = gsf_input_size(child);
        g_object_unref(child);
    }
    listed_at = now();
    for (int i = 0; i < count; i++) {
        sum += listing_word(names[i], lens[i]);
        free(names[i]);
    }
    free(names);
    free(lens);
    close_file(file);
    return sum;
}

static void write_stream(GsfOutfile *file, const char *name, const void *data, size_t step,
                         uint64_t len)
{
    GsfOutput *stream = gsf_outfile_new_child(file, name, FALSE);
    for (; len; len -= step) {
        if (len < step)
            step = len;
        if (!gsf_output_write(stream, step, data))
            fail("writing");
    }
    gsf_output_close(stream);
    g_object_unref(stream);
}

static void build(void)
{
    uint64_t count = number("count"), stride = number("stride"), step = number("step");
    unsigned char *data = memset(malloc(step), 0xA5, step);
    char name[32];
    unlink(word("file"));
    GsfOutput *bytes = gsf_output_stdio_new(word("file"), NULL);
    GsfOutfile *file =
        bytes ? gsf_outfile_msole_new_full(bytes, is("version", "v4") ? 4096 : 512, 64) : NULL;
    if (!file)
        fail("creating the file");
    for (uint64_t i = 0; i < count; i++) {
        element_name(name, i, stride, count);
        write_stream(file, name, data, PAGE_LEN, PAGE_LEN);
    }
    write_stream(file, word("stream"), data, step, number("len"));
    gsf_output_close(GSF_OUTPUT(file));
    g_object_unref(file);
    gsf_output_close(bytes);
    g_object_unref(bytes);
    free(data);
}

int main(int argc, char **argv)
{
    word_count = argc;
    words = argv;
    gsf_init();
    talk();
    return 0;
}
