/* INI text to entries with their places. inih splits sections, keys and values; a line reader of
 * our own stands in front of it, counts lines, strips quote-aware comments and indentation, keeps a
 * continuation only after a trailing comma, and refuses what builds of inih treat differently. The
 * only file that knows inih. */
#ifndef NNTRAIN_APP_INI_H
#define NNTRAIN_APP_INI_H

#include "base/error.h"

typedef struct IniEntry {
    char *section;
    char *key; /* NULL for the line that opens a section */
    char *value;
    char *place; /* "config.ini:12:1", where the key starts */
    size_t line; /* 0 for an override */
} IniEntry;

typedef struct Ini {
    IniEntry *entries;
    size_t n, capacity;
} Ini;

/* Reads n bytes of INI text. name is the file's name in messages. Mistakes in the text go to
 * problems. */
void ini_read(const char *name, const char *bytes, size_t n, Ini *ini, Problems *problems);

/* Adds "section.key=value" (or "--section.key=value") as an entry; false when the argument has no
 * such form. */
bool ini_add_override(Ini *ini, const char *argument);

/* Appends "key = value" as it is read back, a list continued on further lines after a comma; false
 * when a line gets longer than lines can be. */
bool ini_append_pair(TextBuffer *out, const char *key, const char *value, bool is_list);
/* Adds a setting of a key, "section.key", as if it stood at place. */
void ini_add_setting(Ini *ini, const char *name, const char *value, const char *place);

/* Why a file that holds this value would be read as something else; NULL when it would not. */
const char *ini_find_unwritable(const char *value);

/* "section.key", or "[section]", escaped for messages. */
const char *ini_entry_name(char out[TEXT_SHOWN], const IniEntry *entry);

void ini_free(Ini *ini);

#endif
