#include "app/ini.h"

#include <ini.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* Debian's inih holds lines of 200 bytes and section names of 50: what is longer would be cut or
 * split there. */
enum { MAX_LINE = 190, MAX_SECTION = 45, MAX_LINES = 100000, MAX_ENTRIES = 10000 };

/* Where a list is continued on the next line. */
enum { WRAP_AT = 100 };

/* After so many mistakes and not one entry the file is something else. */
enum { MAX_MISTAKES = 10 };

typedef struct Reader {
    const char *name;
    const char *at, *end; /* what is not yet read */
    size_t line;          /* of the text handed out last, 1-based */
    size_t key_column;    /* 1-based, of its first byte that is no blank */
    bool continues;       /* the value on the line before ended in a comma */
    bool is_continuation; /* the text handed out last continues that value */
    TextBuffer value;     /* of the last entry, once it is continued */
    Ini *ini;
    Problems *problems;
} Reader;

static void reader_error(Reader *reader, size_t column, const char *what) {
    problems_error(reader->problems, "%s:%zu:%zu: error: %s", reader->name, reader->line, column,
                   what);
}

static IniEntry *add_entry(Ini *ini, const char *section, const char *key, const char *value) {
    GROW(ini->entries, ini->n, ini->capacity);
    IniEntry *entry = &ini->entries[ini->n++];
    entry->section = memory_copy_text(section);
    entry->key = key ? memory_copy_text(key) : NULL;
    entry->value = memory_copy_text(value);
    return entry;
}

/* The length of the line without its comment: ; or # at the start, or after a blank outside double
 * quotes. */
static size_t length_without_comment(const char *text, size_t n) {
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (text[i] == ';' || text[i] == '#') &&
                   (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t')) {
            return i;
        }
    }
    return n;
}

/* True when a double quote is left open: what follows it would no longer be a comment. */
static bool has_open_quote(const char *text, size_t n) {
    bool open = false;
    for (size_t i = 0; i < n; i++) {
        open = open != (text[i] == '"');
    }
    return open;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* A continuation of the last entry's value, which is kept aside until the next entry. */
static void append_value(Reader *reader, const char *value) {
    if (reader->value.n == 0) {
        text_append(&reader->value, reader->ini->entries[reader->ini->n - 1].value);
    }
    text_append(&reader->value, " ");
    text_append(&reader->value, value);
}

static void end_value(Reader *reader) {
    if (reader->value.n > 0) {
        IniEntry *entry = &reader->ini->entries[reader->ini->n - 1];
        memory_free(entry->value);
        entry->value = memory_copy_text(text_of(&reader->value));
        text_free(&reader->value);
    }
}

/* Shape of "[name]"; inih would ignore text after the bracket and cut long names. */
static void check_section(Reader *reader, const char *text, size_t n) {
    const char *close = memchr(text, ']', n);
    if (!close) {
        reader_error(reader, reader->key_column, "a section line lacks its closing ]");
    } else if (close != text + n - 1) {
        reader_error(reader, reader->key_column + (size_t)(close - text) + 1,
                     "text after the ] of a section; write it on a line of its own");
    } else if (n == 2) {
        reader_error(reader, reader->key_column, "a section without a name");
    } else if (n - 2 > MAX_SECTION) {
        reader_error(reader, reader->key_column, "a section name of more than 45 bytes");
    } else {
        end_value(reader);
        char *name = memory_copy_bytes(text + 1, n - 2);
        IniEntry *entry = add_entry(reader->ini, name, NULL, "");
        TextBuffer place = {0};
        text_printf(&place, "%s:%zu:%zu", reader->name, reader->line, reader->key_column);
        entry->place = place.bytes;
        entry->line = reader->line;
        memory_free(name);
    }
}

/* Finds the next physical line; false at the end. */
static bool next_line(Reader *reader, const char **text, size_t *n) {
    if (reader->at == reader->end) {
        return false;
    }
    const char *newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
    const char *stop = newline ? newline : reader->end;
    *text = reader->at;
    *n = (size_t)(stop - reader->at);
    reader->at = newline ? newline + 1 : reader->end;
    reader->line++;
    if (*n > 0 && (*text)[*n - 1] == '\r') {
        --*n;
    }
    return true;
}

/* Strips indentation, comment and trailing blanks. */
static void strip_line(Reader *reader, const char **text, size_t *n) {
    size_t indent = 0;
    while (indent < *n && is_blank((*text)[indent])) {
        indent++;
    }
    *text += indent;
    *n = length_without_comment(*text, *n - indent);
    while (*n > 0 && is_blank((*text)[*n - 1])) {
        --*n;
    }
    reader->key_column = indent + 1;
}

/* Decides whether a stripped line is given to inih, and checks what inih would not tell. */
static bool accept_line(Reader *reader, const char *text, size_t n) {
    if (n > MAX_LINE) {
        reader_error(
            reader, MAX_LINE + 1,
            "a line of more than 190 bytes; continue a list on the next line after a comma");
        return false;
    }
    if (text[0] == '[') {
        reader->continues = false;
        size_t before = reader->problems->n_errors;
        check_section(reader, text, n);
        return reader->problems->n_errors == before;
    }
    if (!reader->continues && !memchr(text, '=', n)) {
        char shown[TEXT_SHOWN];
        problems_error(reader->problems,
                       "%s:%zu:%zu: error: expected \"key = value\" or \"[section]\", got \"%s\"",
                       reader->name, reader->line, reader->key_column, text_shown(shown, text, n));
        return false;
    }
    const char *colon = memchr(text, ':', n);
    if (!reader->continues && colon && colon < (const char *)memchr(text, '=', n)) {
        reader_error(reader, reader->key_column + (size_t)(colon - text),
                     "a colon in a key; write key = value");
        return false;
    }
    if (memmem(text, n, " ;", 2) || memmem(text, n, "\t;", 2)) {
        reader_error(reader, reader->key_column,
                     "a semicolon after a blank inside quotes cannot be read");
        return false;
    }
    if (!reader->continues && text[0] == '=') {
        reader_error(reader, reader->key_column, "a value without a key");
        return false;
    }
    if (has_open_quote(text, n)) {
        reader_error(reader, reader->key_column, "a double quote that is never closed");
        return false;
    }
    return true;
}

static bool is_hopeless(const Reader *reader) {
    return reader->ini->n == 0 && reader->problems->n_errors >= MAX_MISTAKES;
}

static bool is_too_long(const Reader *reader) { return reader->ini->n > MAX_ENTRIES; }

/* fgets for inih: one accepted line at a time. A continuation is handed out indented, which is how
 * inih knows it. */
static char *read_for_inih(char *out, int size, void *stream) {
    Reader *reader = stream;
    const char *text;
    size_t n;
    while (!is_hopeless(reader) && !is_too_long(reader) && next_line(reader, &text, &n)) {
        strip_line(reader, &text, &n);
        if (n == 0 || !accept_line(reader, text, n)) {
            continue;
        }
        size_t indent = reader->continues ? 1 : 0;
        if ((int)(n + indent + 2) > size) {
            reader_error(reader, 1, "a line that this build of inih cannot hold");
            continue;
        }
        reader->is_continuation = reader->continues;
        reader->continues = text[0] != '[' && text[n - 1] == ',';
        memcpy(out, " ", indent);
        memcpy(out + indent, text, n);
        memcpy(out + indent + n, "\n", 2);
        return out;
    }
    return NULL;
}

static int take_entry(void *user, const char *section, const char *key, const char *value) {
    Reader *reader = user;
    if (!key || !value) {
        return 1;
    }
    Ini *ini = reader->ini;
    if (reader->is_continuation && ini->n > 0 && ini->entries[ini->n - 1].key) {
        append_value(reader, value);
        return 1;
    }
    end_value(reader);
    IniEntry *entry = add_entry(ini, section, key, value);
    TextBuffer place = {0};
    text_printf(&place, "%s:%zu:%zu", reader->name, reader->line, reader->key_column);
    entry->place = place.bytes;
    entry->line = reader->line;
    return 1;
}

/* The offset of the first byte that is no UTF-8; n when there is none. */
static size_t find_no_utf8(const char *bytes, size_t n) {
    size_t length = 1;
    for (size_t i = 0; i < n; i += length) {
        for (length = 1; !text_is_utf8(bytes + i, length); length++) {
            if (length == 4 || i + length == n) {
                return i;
            }
        }
    }
    return n;
}

static const char byte_order_mark[] = "\xef\xbb\xbf"; /* UTF-8 */
enum { MARK_LENGTH = sizeof byte_order_mark - 1 };

/* A mistake of the whole file, found before inih sees a byte; NULL when there is none. */
static const char *find_bad_bytes(const char *bytes, size_t n, size_t *offset) {
    *offset = 0;
    if (n >= 2 && (!memcmp(bytes, "\xff\xfe", 2) || !memcmp(bytes, "\xfe\xff", 2))) {
        return "is UTF-16; save it as UTF-8";
    }
    if (!text_is_utf8(bytes, n) && !memchr(bytes, 0, n)) {
        *offset = find_no_utf8(bytes, n);
        return "is not valid UTF-8";
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        *offset = i;
        if (c == '\r' && (i + 1 == n || bytes[i + 1] != '\n')) {
            return "has a carriage return without a newline; save it with Unix line ends";
        }
        if ((c < 32 && c != '\t' && c != '\n' && c != '\r') || c == 127) {
            return c == 0 ? "has a NUL byte" : "has a control character";
        }
        if (i > 0 && n - i >= MARK_LENGTH && !memcmp(bytes + i, byte_order_mark, MARK_LENGTH)) {
            return "has an invisible byte order mark that is not at its start";
        }
    }
    return NULL;
}

void ini_read(const char *name, const char *bytes, size_t n, Ini *ini, Problems *problems) {
    size_t bom = n >= MARK_LENGTH && !memcmp(bytes, byte_order_mark, MARK_LENGTH) ? MARK_LENGTH : 0;
    size_t offset;
    const char *bad = find_bad_bytes(bytes, n, &offset);
    if (bad) {
        problems_error(problems, "%s: error: %s (byte %zu)", name, bad, offset);
        return;
    }
    size_t n_lines = 0;
    for (size_t i = 0; i < n; i++) {
        n_lines += bytes[i] == '\n';
    }
    if (n_lines > MAX_LINES) {
        problems_error(problems, "%s: error: has %zu lines, the limit is %d", name, n_lines,
                       MAX_LINES);
        return;
    }
    Reader reader = {
        .name = name, .at = bytes + bom, .end = bytes + n, .ini = ini, .problems = problems};
    int status = ini_parse_stream(read_for_inih, &reader, take_entry, &reader);
    end_value(&reader);
    if (is_too_long(&reader)) {
        problems_error(problems,
                       "%s:%zu:1: error: more than %d keys and sections; is this a config?", name,
                       reader.line, MAX_ENTRIES);
    }
    if (is_hopeless(&reader)) {
        problems_error(problems,
                       "%s: error: %d mistakes and not one entry; is this a config? (nntrain init "
                       "makes one for a CSV)",
                       name, MAX_MISTAKES);
    }
    if (status != 0 && problems->n_errors == 0) {
        problems_error(problems, "%s:%d:1: error: cannot be read as INI", name, status);
    }
}

/* The length of a list's item with its comma. */
static size_t item_length(const char *text) {
    bool quoted = false;
    size_t n = 0;
    for (; text[n] && (quoted || text[n] != ','); n++) {
        quoted = quoted != (text[n] == '"');
    }
    return n + (text[n] == ',');
}

bool ini_append_pair(TextBuffer *out, const char *key, const char *value, bool is_list) {
    size_t start = strlen(key) + strlen(" = "); /* of the value on this line */
    size_t column = start;                      /* of the value's next byte, 0-based */
    bool fits = true;
    text_printf(out, "%s = ", key);
    while (*value) {
        const size_t n = is_list ? item_length(value) : strlen(value);
        if (column > start && (column - start > WRAP_AT || column + n > MAX_LINE)) {
            text_append(out, "\n   ");
            column = start = 3;
        }
        text_append_bytes(out, value, n);
        column += n;
        fits = fits && column <= MAX_LINE;
        value += n;
    }
    return fits;
}

const char *ini_find_unwritable(const char *value) {
    const size_t n = strlen(value);
    size_t offset;
    if (find_bad_bytes(value, n, &offset) || memchr(value, '\n', n)) {
        return "it is not one line of UTF-8 text";
    }
    if (length_without_comment(value, n) != n || strstr(value, " ;") || strstr(value, "\t;")) {
        return "a ; or # at the start or after a blank begins a comment";
    }
    if (n > 0 && value[n - 1] == ',') {
        return "a value that ends in a comma goes on with the next line";
    }
    return has_open_quote(value, n) ? "a double quote is never closed" : NULL;
}

/* The value as a file would give it. */
static char *copy_trimmed(const char *text) {
    size_t n = strlen(text);
    for (; is_blank(*text); n--) {
        text++;
    }
    while (n > 0 && is_blank(text[n - 1])) {
        n--;
    }
    return memory_copy_bytes(text, n);
}

/* The last dot parts section and key: [layer.2] has one itself; keys of [gate] and [tuning.space]
 * have several. */
static char *find_key_dot(char *name) {
    static const char *const sections[] = {"gate.", "tuning.space."};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const size_t n = strlen(sections[i]);
        if (strncmp(name, sections[i], n) == 0) {
            return name + n - 1;
        }
    }
    return strrchr(name, '.');
}

bool ini_add_override(Ini *ini, const char *argument) {
    const char *text = strncmp(argument, "--", 2) == 0 ? argument + 2 : argument;
    const char *equals = strchr(text, '=');
    if (!equals) {
        return false;
    }
    char *name = memory_copy_bytes(text, (size_t)(equals - text));
    char *dot = find_key_dot(name);
    if (*name == '\0' || dot == name || (dot && dot[1] == '\0')) {
        memory_free(name);
        return false;
    }
    if (dot) {
        *dot = '\0';
    }
    char *value = copy_trimmed(equals + 1);
    IniEntry *entry = dot ? add_entry(ini, name, dot + 1, value) : add_entry(ini, "", name, value);
    memory_free(value);
    TextBuffer place = {0};
    text_append(&place, "command line: ");
    text_append_escaped(&place, argument, strlen(argument));
    entry->place = place.bytes;
    memory_free(name);
    return true;
}

void ini_add_setting(Ini *ini, const char *name, const char *value, const char *place) {
    char *section = memory_copy_text(name);
    char *dot = find_key_dot(section);
    *dot = '\0';
    IniEntry *entry = add_entry(ini, section, dot + 1, value);
    entry->place = memory_copy_text(place);
    entry->line = 1;
    memory_free(section);
}

const char *ini_entry_name(char out[TEXT_SHOWN], const IniEntry *entry) {
    TextBuffer name = {0};
    if (entry->key) {
        text_printf(&name, "%s%s%s", entry->section, *entry->section ? "." : "", entry->key);
    } else {
        text_printf(&name, "[%s]", entry->section);
    }
    text_shown(out, text_of(&name), name.n);
    text_free(&name);
    return out;
}

void ini_free(Ini *ini) {
    for (size_t i = 0; i < ini->n; i++) {
        memory_free(ini->entries[i].section);
        memory_free(ini->entries[i].key);
        memory_free(ini->entries[i].value);
        memory_free(ini->entries[i].place);
    }
    memory_free(ini->entries);
    *ini = (Ini){0};
}
