/* The structured storage of Wine's ole32 at the rows of the table. Built by mingw, run by Wine. */
#define COBJMACROS
#include "talk.h"
#include <windows.h>
#include <objbase.h>

static double now(void)
{
    LARGE_INTEGER count, frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart / frequency.QuadPart;
}

/* The whole Unix tree is drive Z. */
static void wide_path(WCHAR *to, const char *path)
{
    to[0] = 'Z';
    to[1] = ':';
    MultiByteToWideChar(CP_UTF8, 0, path, -1, to + 2, MAX_PATH - 2);
    for (; *to; to++)
        if (*to == '/')
            *to = '\\';
}

static void *open_file(const char *path)
{
    WCHAR wide[MAX_PATH];
    IStorage *file;
    wide_path(wide, path);
    if (FAILED(StgOpenStorage(wide, NULL, STGM_READ | STGM_SHARE_DENY_WRITE, NULL, 0, &file)))
        fail("opening the file");
    return file;
}

static void close_file(void *file)
{
    IStorage_Release((IStorage *)file);
}

static reader open_reader(void *file, const char *name)
{
    WCHAR wide[MAX_PATH];
    IStream *stream;
    MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, MAX_PATH);
    if (FAILED(IStorage_OpenStream((IStorage *)file, wide, NULL,
                                   STGM_READ | STGM_SHARE_EXCLUSIVE, 0, &stream)))
        fail("opening the stream");
    return (reader){stream};
}

static void close_reader(reader from)
{
    IStream_Release((IStream *)from.stream);
}

static void read_at(reader from, uint64_t offset, void *to, size_t len)
{
    LARGE_INTEGER place;
    ULONG got = 0;
    place.QuadPart = offset;
    if (FAILED(IStream_Seek((IStream *)from.stream, place, STREAM_SEEK_SET, NULL)) ||
        FAILED(IStream_Read((IStream *)from.stream, to, len, &got)) || got != len)
        fail("reading");
}

static uint64_t list(void)
{
    IStorage *file = open_file(word("file"));
    IEnumSTATSTG *elements;
    size_t count = 0, room = 1024;
    STATSTG *found = malloc(room * sizeof *found);
    uint64_t sum = 0;
    char name[128];
    ULONG got;
    if (FAILED(IStorage_EnumElements(file, 0, NULL, 0, &elements)))
        fail("listing");
    while (SUCCEEDED(IEnumSTATSTG_Next(elements, room - count, found + count, &got)) && got) {
        count += got;
        if (count == room)
            found = realloc(found, (room *= 2) * sizeof *found);
    }
    listed_at = now();
    for (size_t i = 0; i < count; i++) {
        WideCharToMultiByte(CP_UTF8, 0, found[i].pwcsName, -1, name, sizeof name, NULL, NULL);
        sum += listing_word(name, found[i].cbSize.QuadPart);
        CoTaskMemFree(found[i].pwcsName);
    }
    free(found);
    IEnumSTATSTG_Release(elements);
    close_file(file);
    return sum;
}

static void write_stream(IStorage *file, const char *name, const void *data, size_t step,
                         uint64_t len)
{
    WCHAR wide[MAX_PATH];
    IStream *stream;
    ULONG written;
    MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, MAX_PATH);
    if (FAILED(IStorage_CreateStream(file, wide, STGM_READWRITE | STGM_SHARE_EXCLUSIVE, 0, 0,
                                     &stream)))
        fail("creating a stream");
    for (; len; len -= step) {
        if (len < step)
            step = len;
        if (FAILED(IStream_Write(stream, data, step, &written)))
            fail("writing");
    }
    IStream_Release(stream);
}

static void build(void)
{
    uint64_t count = number("count"), stride = number("stride"), step = number("step");
    unsigned char *data = memset(malloc(step), 0xA5, step);
    STGOPTIONS options = {1, 0, is("version", "v4") ? 4096 : 512, NULL};
    IStorage *file;
    WCHAR wide[MAX_PATH];
    char name[32];
    wide_path(wide, word("file"));
    if (FAILED(StgCreateStorageEx(wide, STGM_CREATE | STGM_READWRITE | STGM_SHARE_EXCLUSIVE,
                                  STGFMT_DOCFILE, 0, &options, NULL, &IID_IStorage,
                                  (void **)&file)))
        fail("creating the file");
    for (uint64_t i = 0; i < count; i++) {
        element_name(name, i, stride, count);
        write_stream(file, name, data, PAGE_LEN, PAGE_LEN);
    }
    write_stream(file, word("stream"), data, step, number("len"));
    if (FAILED(IStorage_Commit(file, STGC_DEFAULT)))
        fail("committing");
    IStorage_Release(file);
    free(data);
}

int main(int argc, char **argv)
{
    word_count = argc;
    words = argv;
    /* Without a job: only to show that it starts. */
    if (argc > 1)
        talk();
    return 0;
}
