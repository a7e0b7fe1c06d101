#include "base/kind.h"

#include "unit.h"

typedef struct Fruit {
    Kind kind;
    double weight;
} Fruit;

static const Fruit fruits[] = {
    {{"apple", "round", NULL, NULL}, 0.2},
    {{"pear", "not quite round", NULL, NULL}, 0.25},
    {{"plum", "small", NULL, NULL}, 0.05},
};
static const KindTable table = KIND_TABLE("fruit", fruits);

static void test_rows_by_index_and_name(void **state) {
    (void)state;
    assert_int_equal(table.n, 3);
    assert_ptr_equal(kind_at(&table, 1), &fruits[1].kind);
    assert_ptr_equal(kind_find(&table, "plum"), &fruits[2].kind);
    const Fruit *pear = (const Fruit *)kind_find(&table, "pear");
    assert_true(pear->weight == 0.25);
}

static void test_find_is_exact(void **state) {
    (void)state;
    assert_null(kind_find(&table, "Plum"));
    assert_null(kind_find(&table, "plu"));
    assert_null(kind_find(&table, ""));
    assert_null(kind_find(&table, "plum "));
}

static void test_list_names(void **state) {
    (void)state;
    TextBuffer names = {0};
    kind_list_names(&names, &table);
    assert_string_equal(text_of(&names), "apple, pear, plum");
    text_free(&names);
}

static void test_suggest(void **state) {
    (void)state;
    assert_string_equal(kind_suggest(&table, "aple"), "apple");
    assert_string_equal(kind_suggest(&table, "PLUM"), "plum");
    assert_null(kind_suggest(&table, "banana"));
}

static void test_empty_table(void **state) {
    (void)state;
    const KindTable empty = {"thing", NULL, 0, sizeof(Kind)};
    TextBuffer names = {0};
    kind_list_names(&names, &empty);
    assert_string_equal(text_of(&names), "");
    assert_null(kind_find(&empty, "x"));
    assert_null(kind_suggest(&empty, "x"));
    text_free(&names);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_by_index_and_name),
        cmocka_unit_test(test_find_is_exact),
        cmocka_unit_test(test_list_names),
        cmocka_unit_test(test_suggest),
        cmocka_unit_test(test_empty_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
