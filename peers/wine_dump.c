/* Lists a compound file with the storage functions of the Windows API, one line an element
 * (dump_line.h). Cross-compiled and run under Wine; on Windows it would run as it is.
 *
 * An element that is enumerated and cannot be opened or read ends the program with an error.
 */
#define COBJMACROS
#include <objbase.h>

#include "dump_line.h"

static void fail(const char *what, HRESULT result)
{
    fprintf(stderr, "wine: %s: %08lx\n", what, (unsigned long)result);
    exit(1);
}

static void print_bytes_of(IStorage *parent, const STATSTG *stat, const struct path *path)
{
    static unsigned char buffer[64 * 1024];
    IStream *stream = NULL;
    uint32_t crc = 0;
    uint64_t len = 0;
    ULONG got = 0;
    HRESULT result = IStorage_OpenStream(parent, stat->pwcsName, NULL,
                                         STGM_READ | STGM_SHARE_EXCLUSIVE, 0, &stream);
    if (FAILED(result))
        fail("OpenStream", result);
    do {
        result = IStream_Read(stream, buffer, sizeof buffer, &got);
        if (FAILED(result))
            fail("Read", result);
        crc = crc32_add(crc, buffer, got);
        len += got;
    } while (got > 0);
    if (len != stat->cbSize.QuadPart)
        fail("stream ends early", E_FAIL);
    print_stream(path, len, crc);
    IStream_Release(stream);
}

static void walk(IStorage *storage, struct path *path)
{
    IEnumSTATSTG *elements = NULL;
    STATSTG stat;
    HRESULT result = IStorage_EnumElements(storage, 0, NULL, 0, &elements);
    if (FAILED(result))
        fail("EnumElements", result);
    while ((result = IEnumSTATSTG_Next(elements, 1, &stat, NULL)) == S_OK) {
        size_t before = path_enter(path, (const uint16_t *)stat.pwcsName, wcslen(stat.pwcsName));
        if (stat.type == STGTY_STORAGE) {
            IStorage *child = NULL;
            print_storage(path);
            result = IStorage_OpenStorage(storage, stat.pwcsName, NULL,
                                          STGM_READ | STGM_SHARE_EXCLUSIVE, NULL, 0, &child);
            if (FAILED(result))
                fail("OpenStorage", result);
            walk(child, path);
            IStorage_Release(child);
        } else {
            print_bytes_of(storage, &stat, path);
        }
        path_leave(path, before);
        CoTaskMemFree(stat.pwcsName);
    }
    if (FAILED(result))
        fail("Next", result);
    IEnumSTATSTG_Release(elements);
}

int wmain(int argc, wchar_t **argv)
{
    struct path path = {0};
    IStorage *root = NULL;
    HRESULT result;
    if (argc != 2) {
        fputs("usage: wine_dump FILE\n", stderr);
        return 2;
    }
    result = StgOpenStorage(argv[1], NULL, STGM_READ | STGM_SHARE_DENY_WRITE, NULL, 0, &root);
    if (FAILED(result))
        fail("StgOpenStorage", result);
    path_append(&path, "");
    walk(root, &path);
    IStorage_Release(root);
    free(path.text);
    return 0;
}
