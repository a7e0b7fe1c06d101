/* Exports: every kind that a model can hold has its form in every format, names of C, literals. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "artifact/c_text.h"
#include "artifact/export_c_functions.h"
#include "artifact/export_onnx_parts.h"
#include "artifact/exporter.h"
#include "model_fixture.h"

static void check_functions(const KindTable *kinds) {
    for (size_t i = 0; i < kinds->n; i++) {
        const char *name = kind_at(kinds, i)->name;
        if (!kind_find(c_function_kinds(), name)) {
            fail_msg("%s %s has no C function", kinds->noun, name);
        }
        if (!kind_find(onnx_function_kinds(), name)) {
            fail_msg("%s %s has no ONNX function", kinds->noun, name);
        }
    }
}

static void test_every_kind_has_a_function(void **state) {
    (void)state;
    check_functions(activation_kinds());
    check_functions(output_kinds());
}

/* What a function uses stands before it, or a compiler would not know it. */
static void test_uses_stand_before(void **state) {
    (void)state;
    const KindTable *table = c_function_kinds();
    bool *needed = NEW(bool, table->n);
    for (size_t i = 0; i < table->n; i++) {
        memset(needed, 0, table->n * sizeof *needed);
        assert_true(c_function_need(kind_at(table, i)->name, needed));
        for (size_t j = i + 1; j < table->n; j++) {
            assert_false(needed[j]);
        }
    }
    assert_false(c_function_need("no_such_function", needed));
    memory_free(needed);
}

static void test_every_format_prints_every_fixture(void **state) {
    (void)state;
    const ModelWish *const wishes[] = {&model_classes, &model_numbers, &model_binary};
    const KindTable *formats = exporter_kinds();
    for (size_t f = 0; f < formats->n; f++) {
        const Exporter *exporter = (const Exporter *)kind_at(formats, f);
        for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
            ModelFile model = {0};
            ModelTable table;
            ExportText first = {0}, second = {0};
            Error err = {0};
            model_fixture(&model, wishes[i], &table);
            assert_true(exporter->print(&first, &model, "name", &err));
            assert_true(exporter->print(&second, &model, "name", &err));
            assert_true(first.file.n > 0 && first.note.n > 0);
            assert_int_equal(first.companion.n > 0, exporter->companion != NULL);
            assert_int_equal(first.file.n, second.file.n);
            assert_memory_equal(text_of(&first.file), text_of(&second.file), first.file.n);
            export_text_free(&first);
            export_text_free(&second);
            model_file_free(&model);
            model_table_free(&table);
        }
    }
}

static void test_identifiers(void **state) {
    (void)state;
    static const char *const names[][2] = {
        {"Age", "age"},           {"age", "age_2"}, {"sepal length (cm)", "sepal_length_cm"},
        {"class", "class_"},      {"2nd", "c2nd"},  {"", "column"},
        {"\xc3\xa9", "column_2"}, {"_x_", "x"},     {"CLASS", "class__2"},
        {"linux", "linux_"},      {"a*/b", "a_b"},  {"NAN", "nan"}};
    TextList taken = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_string_equal(c_identifier_add(&taken, names[i][0]), names[i][1]);
    }
    text_list_free(&taken);
}

static void expect(TextBuffer *out, const char *text) {
    assert_string_equal(text_of(out), text);
    text_free(out);
}

static void test_literals(void **state) {
    (void)state;
    TextBuffer out = {0};
    c_append_float(&out, 1.0f);
    expect(&out, "1.0f");
    c_append_float(&out, -0.1f);
    expect(&out, "-0.1f");
    c_append_double(&out, 1e300);
    assert_true(strpbrk(text_of(&out), ".e") != NULL);
    text_free(&out);
    c_append_double(&out, (double)NAN);
    expect(&out, "(double)NAN");
    c_append_string(&out, "a\"b\\c?\?/\n\xc3\xa9"
                          "1");
    expect(&out, "\"a\\\"b\\\\c\\?\\?/\\012\\303\\2511\"");
    c_append_comment(&out, "a*/b/*c*/*");
    expect(&out, "a* /b/ *c* / *");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_a_function),
        cmocka_unit_test(test_uses_stand_before),
        cmocka_unit_test(test_every_format_prints_every_fixture),
        cmocka_unit_test(test_identifiers),
        cmocka_unit_test(test_literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
