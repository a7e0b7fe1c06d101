#include "data/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "data/number_hint.h"
#include "data_fixture.h"

/* Options written as in a config; NULL: the key is absent. */
typedef struct Keys {
    const char *target, *task, *features, *ignore, *numeric, *categorical, *id;
    const char *weight, *group, *time, *split;
} Keys;

typedef struct Result {
    Table table;
    Schema schema;
    Problems problems;
    bool ok;
} Result;

static void split_key(const char *text, TextList *list) {
    const char *problem;
    assert_true(text_split_list(text ? text : "", list, &problem));
}

static char *copy_key(const char *text) { return text ? memory_copy_text(text) : NULL; }

static Result infer(const char *csv, Keys keys) {
    SchemaOptions options = {.weight = copy_key(keys.weight),
                             .group = copy_key(keys.group),
                             .time = copy_key(keys.time),
                             .split_column = copy_key(keys.split)};
    split_key(keys.target ? keys.target : "y", &options.target);
    split_key("NA, ?", &options.missing);
    split_key(keys.features ? keys.features : "*", &options.features);
    split_key(keys.ignore, &options.ignore);
    split_key(keys.numeric, &options.numeric);
    split_key(keys.categorical, &options.categorical);
    split_key(keys.id, &options.id);
    options.task = keys.task ? (const Task *)kind_find(task_kinds(), keys.task) : NULL;
    Result result = {.table = fixture_table(csv)};
    result.ok = schema_infer(&options, &result.table, &result.schema, &result.problems);
    text_list_free(&options.target);
    text_list_free(&options.missing);
    text_list_free(&options.features);
    text_list_free(&options.ignore);
    text_list_free(&options.numeric);
    text_list_free(&options.categorical);
    text_list_free(&options.id);
    memory_free(options.weight);
    memory_free(options.group);
    memory_free(options.time);
    memory_free(options.split_column);
    return result;
}

static void result_free(Result *result) {
    table_free(&result->table);
    schema_free(&result->schema);
    problems_free(&result->problems);
}

static void expect_task(const char *csv, Keys keys, const char *task) {
    Result result = infer(csv, keys);
    if (!result.ok) {
        fail_msg("%s", text_of(&result.problems.text));
    }
    assert_string_equal(result.schema.task->kind.name, task);
    result_free(&result);
}

static void expect_error(const char *csv, Keys keys, const char *part) {
    Result result = infer(csv, keys);
    if (result.ok || !strstr(text_of(&result.problems.text), part)) {
        fail_msg("expected '%s', got '%s'", part, text_of(&result.problems.text));
    }
    assert_int_equal(result.problems.n_errors, 1);
    result_free(&result);
}

static void test_types(void **state) {
    (void)state;
    Result result = infer("a,b,c,y\n1.5,x,1,u\n-2,y,,v\nNA,x,?,u\n", (Keys){.categorical = "c"});
    assert_true(result.ok);
    const ColumnInfo *columns = result.schema.columns;
    assert_true(columns[0].is_numeric);
    assert_int_equal(columns[0].n_missing, 1);
    assert_int_equal(columns[0].n_distinct, 2);
    assert_true(columns[0].minimum == -2.0 && columns[0].maximum == 1.5);
    assert_false(columns[1].is_numeric);
    assert_int_equal(columns[1].n_distinct, 2);
    assert_false(columns[2].is_numeric);
    assert_int_equal(columns[2].n_missing, 2);
    assert_int_equal(columns[2].n_distinct, 1);
    assert_int_equal(result.schema.n_features, 3);
    assert_int_equal(result.schema.targets[0], 3);
    TextBuffer text = {0};
    schema_describe(&text, &result.schema, &result.table);
    assert_non_null(strstr(text_of(&text), "numeric      -2 to 1.5, 2 values, 1 missing\n"));
    assert_non_null(strstr(text_of(&text), "target   categorical  2 values\n"));
    text_free(&text);
    result_free(&result);
}

static void test_roles(void **state) {
    (void)state;
    const Keys keys = {
        .weight = "w", .group = "g", .time = "#4", .split = "s", .id = "i, g", .ignore = "x*, i*x"};
    Result result = infer(
        "w,g,i,t,s,x1,x2,ixx,f,y\n1,a,b,2,train,1,1,1,5,1.5\n2,a,b,2,test,1,1,1,6,2.5\n", keys);
    if (!result.ok) {
        fail_msg("%s", text_of(&result.problems.text));
    }
    const Schema *schema = &result.schema;
    assert_int_equal(schema->weight, 0);
    assert_int_equal(schema->group, 1);
    assert_int_equal(schema->time, 3);
    assert_int_equal(schema->split, 4);
    assert_int_equal(schema->n_ids, 2);
    assert_int_equal(schema->ids[1], 1);
    assert_int_equal(schema->columns[1].role, ROLE_GROUP);
    assert_int_equal(schema->columns[2].role, ROLE_ID);
    assert_int_equal(schema->columns[5].role, ROLE_IGNORED);
    assert_int_equal(schema->columns[7].role, ROLE_IGNORED);
    assert_int_equal(schema->n_features, 1);
    assert_int_equal(schema->features[0], 8);
    result_free(&result);
}

static void test_role_errors(void **state) {
    (void)state;
    const char *csv = "age,height,y\n1,2,a\n2,3,b\n";
    expect_error(csv, (Keys){.target = "hieght"},
                 "data.target: error: no column 'hieght'; did you mean 'height'?");
    expect_error(csv, (Keys){.target = "zzzzzz"}, "the columns are age, height, y");
    expect_error(csv, (Keys){.target = "#4"}, "no column '#4'");
    expect_error(csv, (Keys){.features = "age, y"},
                 "data.features: error: column 'y' is in data.target already");
    expect_error(csv, (Keys){.ignore = "q*"}, "data.ignore: error: 'q*' matches no column");
    expect_error(csv, (Keys){.ignore = "*"}, "data.features: error: no column is left");
    expect_error(csv, (Keys){.id = "y"}, "data.id: error: column 'y' is in data.target already");
    expect_error(csv, (Keys){.id = "age, age"}, "data.id: error: column 'age' is named twice");
    expect_error(csv, (Keys){.numeric = "age", .categorical = "age"}, "data.categorical: error");
    expect_error("a;b;y\n1;2;3\n", (Keys){.target = "target"}, "is data.delimiter right?");
    Result result = infer(csv, (Keys){.target = "q", .ignore = "r", .numeric = "s"});
    assert_int_equal(result.problems.n_errors, 3);
    result_free(&result);
}

static void test_text_in_numeric(void **state) {
    (void)state;
    const char *csv = "a,y\n1,a\n$5,b\n3,b\n";
    expect_error(csv, (Keys){.numeric = "a"},
                 "t.csv:3:1: error: column 'a': '$5' is not a number, but data.numeric says so; 2 "
                 "of the column's 3 "
                 "values are numbers; write it without the currency sign");
    expect_task(csv, (Keys){0}, "binary");
    TextBuffer text = {0};
    text_append(&text, "a,y\nn/a,a\n");
    for (int i = 0; i < 9; i++) {
        text_append(&text, i % 2 ? "1,a\n" : "2,b\n");
    }
    /* Nine numbers are too few to be sure. */
    expect_task(text_of(&text), (Keys){0}, "binary");
    text_append(&text, "3,a\n");
    expect_error(
        text_of(&text), (Keys){0},
        "t.csv:2:1: error: column 'a': 'n/a' is not a number, but the column looks numeric; 10 of");
    expect_task(text_of(&text), (Keys){.categorical = "a"}, "binary");
    text_append(&text, "x,a\n");
    expect_task(text_of(&text), (Keys){0}, "binary");
    text_free(&text);
}

static void test_tasks(void **state) {
    (void)state;
    expect_task("a,y\n1,0\n2,1\n", (Keys){0}, "binary");
    expect_task("a,y\n1,0\n2,1\n3,7\n", (Keys){0}, "multiclass");
    expect_task("a,y\n1,x\n2,z\n3,u\n", (Keys){0}, "multiclass");
    expect_task("a,y\n1,0.5\n2,1\n", (Keys){0}, "regression");
    expect_task("a,y\n1,0\n2,1\n3,NA\n", (Keys){.task = "regression"}, "regression");
    expect_task("a,b,y\n1,0,1\n2,1,0\n", (Keys){.target = "b, y"}, "multilabel");
    expect_task("a,b,y\n1,0,1\n2,1,2\n", (Keys){.target = "b, y"}, "regression");
    TextBuffer text = {0};
    text_append(&text, "a,y\n");
    for (int i = 0; i < 20; i++) {
        text_printf(&text, "1,%d\n", i);
    }
    expect_task(text_of(&text), (Keys){0}, "multiclass");
    text_append(&text, "1,20\n");
    expect_task(text_of(&text), (Keys){0}, "regression");
    expect_task(text_of(&text), (Keys){.categorical = "y"}, "multiclass");
    text_free(&text);
}

static void test_task_errors(void **state) {
    (void)state;
    expect_error("a,y\n1,x\n2,x\n", (Keys){0}, "column 'y' has the same value in every row");
    expect_error("a,y\n1,NA\n2,\n", (Keys){0}, "column 'y' has no value in any row");
    expect_error("a,y\n1,x\n2,z\n", (Keys){.task = "regression"},
                 "t.csv:2:2: error: column 'y': 'x' is not a number, as data.task = regression");
    expect_error("a,y\n1,x\n2,z\n3,u\n", (Keys){.task = "binary"}, "has 3 different values");
    expect_error("a,y\n1,0\n2,1\n3,2\n", (Keys){.task = "multilabel"},
                 "t.csv:4:2: error: column 'y': '2' is neither 0 nor 1");
    expect_error("a,b,y\n1,x,1\n2,z,2\n", (Keys){.target = "b, y"}, "with 2 target columns needs");
    expect_error("a,b,y\n1,x,1\n2,z,2\n", (Keys){.target = "b, y", .task = "binary"},
                 "takes one target column, not 2");
}

static void test_numbers(void **state) {
    (void)state;
    Table table = fixture_table("a\n1e3\nNA\n1_000\n");
    double value;
    bool is_missing;
    Error err;
    assert_true(schema_number(&table, 0, 0, &value, &is_missing, &err));
    assert_true(value == 1000.0 && !is_missing);
    assert_true(schema_number(&table, 1, 0, &value, &is_missing, &err));
    assert_true(is_missing);
    assert_false(schema_number(&table, 2, 0, &value, &is_missing, &err));
    assert_string_equal(err.text,
                        "t.csv:4:1: error: column 'a': '1_000' is not a number; write the number "
                        "without separators for thousands");
    table_free(&table);
}

static void test_hints(void **state) {
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"1,234", "thousands"},   {"1_000", "thousands"},
        {"1 234.5", "thousands"}, {"1.234,5", "point"},
        {"1,5", "point"},         {"1,234,567.8", "thousands"},
        {"$5", "currency"},       {"5 \xE2\x82\xAC", "currency"},
        {"-$5.10", "currency"},   {"5%", "0.05"},
        {"0x10", "hexadecimal"},  {"-inf", "infinite"},
        {"NaN", "infinite"},      {"1e999", "larger"},
        {"-1e+400", "larger"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *hint = number_hint(cases[i].text);
        if (!hint || !strstr(hint, cases[i].part)) {
            fail_msg("'%s': %s", cases[i].text, hint ? hint : "no hint");
        }
    }
    assert_null(number_hint("red"));
    assert_null(number_hint("-"));
    assert_null(number_hint(""));
    assert_null(number_hint("1e5x"));
}

static void test_commas(void **state) {
    (void)state;
    static const char *const with[] = {"1,5", "-0,25", "+1,234", "1.234,5", "1,234.5"};
    static const char *const without[] = {"1.5", "1,2,3", "1, 5", ",5", "a,b", "2023.01.01", ""};
    for (size_t i = 0; i < sizeof with / sizeof *with; i++) {
        assert_true(number_has_comma(with[i]));
    }
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        assert_false(number_has_comma(without[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),       cmocka_unit_test(test_roles),
        cmocka_unit_test(test_role_errors), cmocka_unit_test(test_text_in_numeric),
        cmocka_unit_test(test_tasks),       cmocka_unit_test(test_task_errors),
        cmocka_unit_test(test_numbers),     cmocka_unit_test(test_hints),
        cmocka_unit_test(test_commas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
