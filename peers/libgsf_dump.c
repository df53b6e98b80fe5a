/* Lists a compound file with libgsf, one line an element (dump_line.h).
 *
 * An element that libgsf lists and cannot open or read ends the program with an error: a partial
 * listing must never pass for a whole one.
 */
#include <gsf/gsf.h>
#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-input-stdio.h>

#include "dump_line.h"

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "libgsf: %s: %s\n", what, name ? name : "(no name)");
    exit(1);
}

static uint32_t crc_of(GsfInput *stream, const char *name)
{
    static unsigned char buffer[64 * 1024];
    uint32_t crc = 0;
    gsf_off_t left = gsf_input_size(stream);
    while (left > 0) {
        size_t step = left < (gsf_off_t)sizeof buffer ? (size_t)left : sizeof buffer;
        if (!gsf_input_read(stream, step, buffer))
            fail("cannot read", name);
        crc = crc32_add(crc, buffer, step);
        left -= (gsf_off_t)step;
    }
    return crc;
}

static void walk(GsfInfile *storage, struct path *path)
{
    int count = gsf_infile_num_children(storage);
    for (int i = 0; i < count; i++) {
        const char *name = gsf_infile_name_by_index(storage, i);
        glong unit_count = 0;
        gunichar2 *units = name ? g_utf8_to_utf16(name, -1, NULL, &unit_count, NULL) : NULL;
        GsfInput *child = gsf_infile_child_by_index(storage, i);
        if (!child)
            fail("cannot open", name);
        size_t before = path_enter(path, units, (size_t)unit_count);
        if (GSF_IS_INFILE(child) && gsf_infile_num_children(GSF_INFILE(child)) >= 0) {
            print_storage(path);
            walk(GSF_INFILE(child), path);
        } else {
            uint32_t crc = crc_of(child, name);
            print_stream(path, (uint64_t)gsf_input_size(child), crc);
        }
        path_leave(path, before);
        g_object_unref(child);
        g_free(units);
    }
}

int main(int argc, char **argv)
{
    struct path path = {0};
    GError *error = NULL;
    if (argc != 2) {
        fputs("usage: libgsf_dump FILE\n", stderr);
        return 2;
    }
    gsf_init();
    GsfInput *input = gsf_input_stdio_new(argv[1], &error);
    GsfInfile *root = input ? gsf_infile_msole_new(input, &error) : NULL;
    if (!root)
        fail("cannot open", error ? error->message : argv[1]);
    path_append(&path, "");
    walk(root, &path);
    g_object_unref(root);
    g_object_unref(input);
    free(path.text);
    return 0;
}
