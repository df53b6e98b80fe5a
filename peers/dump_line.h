/* One line for each element of a compound file, as check-peers compares them.
 *
 * A line is: the path as a JSON array of names, a tab, "stream" or "storage", and for a stream a
 * tab, its length, a tab and the CRC-32 of its bytes. Names are given in UTF-16 units, because
 * that is what a compound file stores; a unit that is no plain ASCII letter is written \uXXXX.
 * The path is kept as text that grows and is cut back while a reader walks the tree.
 */
#ifndef DUMP_LINE_H
#define DUMP_LINE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct path {
    char *text;
    size_t len;
    size_t room;
};

static void path_append(struct path *path, const char *text)
{
    size_t len = strlen(text);
    if (path->len + len + 1 > path->room) {
        path->room = 2 * (path->len + len + 1);
        path->text = realloc(path->text, path->room);
        if (!path->text) {
            fputs("out of memory\n", stderr);
            exit(1);
        }
    }
    memcpy(path->text + path->len, text, len + 1);
    path->len += len;
}

/* Steps into a name; answers what path_leave needs to step out again. */
static size_t path_enter(struct path *path, const uint16_t *units, size_t count)
{
    size_t before = path->len;
    path_append(path, before ? ", \"" : "\"");
    for (size_t i = 0; i < count; i++) {
        char escaped[8];
        uint16_t unit = units[i];
        if (unit >= 0x20 && unit < 0x7F && unit != '"' && unit != '\\')
            snprintf(escaped, sizeof escaped, "%c", unit);
        else
            snprintf(escaped, sizeof escaped, "\\u%04x", unit);
        path_append(path, escaped);
    }
    path_append(path, "\"");
    return before;
}

static void path_leave(struct path *path, size_t before)
{
    path->len = before;
    path->text[before] = 0;
}

static void print_storage(const struct path *path)
{
    printf("[%s]\tstorage\t\t\n", path->text);
}

static void print_stream(const struct path *path, uint64_t len, uint32_t crc)
{
    printf("[%s]\tstream\t%llu\t%08x\n", path->text, (unsigned long long)len, crc);
}

/* CRC-32 as zlib and PNG have it (reflected, polynomial EDB88320); start with crc = 0. */
static uint32_t crc32_add(uint32_t crc, const unsigned char *bytes, size_t count)
{
    static uint32_t table[256];
    if (!table[1])
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; bit++)
                value = value & 1 ? value >> 1 ^ 0xEDB88320u : value >> 1;
            table[i] = value;
        }
    crc = ~crc;
    for (size_t i = 0; i < count; i++)
        crc = table[(crc ^ bytes[i]) & 0xFF] ^ crc >> 8;
    return ~crc;
}

#endif
