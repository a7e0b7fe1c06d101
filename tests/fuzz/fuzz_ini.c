/* INI text: what is read without an error reads the same when it is written again. */
#include "app/ini.h"
#include "base/memory.h"
#include "fuzz.h"

static void read_ini(const char *bytes, size_t n, Ini *ini, Problems *problems) {
    ini_read("x.ini", bytes, n, ini, problems);
    fuzz_check_message(text_of(&problems->text));
}

static void write_again(const Ini *ini, TextBuffer *out, bool *fits) {
    for (size_t i = 0; i < ini->n; i++) {
        const IniEntry *entry = &ini->entries[i];
        if (!entry->key) {
            text_printf(out, "[%s]\n", entry->section);
            continue;
        }
        *fits = *fits && !ini_find_unwritable(entry->value) &&
                ini_append_pair(out, entry->key, entry->value, false);
        text_append(out, "\n");
    }
}

static bool is_same(const char *a, const char *b) {
    return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    Ini ini = {0}, again = {0};
    Problems problems = {0}, more = {0};
    TextBuffer text = {0};
    bool fits = true;
    char *copy = memory_copy_bytes((const char *)bytes, n);
    read_ini(copy, n, &ini, &problems);
    memory_free(copy);
    write_again(&ini, &text, &fits);
    if (problems.n_errors == 0 && fits) {
        read_ini(text_of(&text), text.n, &again, &more);
        require(more.n_errors == 0);
        require(again.n == ini.n);
        for (size_t i = 0; i < ini.n; i++) {
            require(is_same(ini.entries[i].section, again.entries[i].section));
            require(is_same(ini.entries[i].key, again.entries[i].key));
            require(is_same(ini.entries[i].value, again.entries[i].value));
        }
    }
    ini_free(&ini);
    ini_free(&again);
    problems_free(&problems);
    problems_free(&more);
    text_free(&text);
    return 0;
}
