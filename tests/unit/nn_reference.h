/* Reference values of PyTorch (tests/reference/make_nn_reference.py), and how far float32 may be
 * from them. */
#ifndef NNTRAIN_TESTS_NN_REFERENCE_H
#define NNTRAIN_TESTS_NN_REFERENCE_H

#include <cjson/cJSON.h>
#include <math.h>

#include "base/file.h"
#include "base/memory.h"
#include "compute/level.h"
#include "unit.h"

/* Half a unit in the last place of 1. */
#define ROUNDING 0x1p-24

static inline bool is_level_supported(size_t level) {
    return ((const Level *)kind_at(level_kinds(), level))->is_supported();
}

static inline cJSON *reference_load(const char *path) {
    char *text = NULL;
    size_t n = 0;
    Error err = {0};
    if (!file_read(path, 1 << 24, false, &text, &n, &err))
        fail_msg("%s", err.text);
    cJSON *json = cJSON_ParseWithLength(text, n);
    assert_non_null(json);
    memory_free(text);
    return json;
}

static inline double reference_number(const cJSON *object, const char *name, double missing) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return item ? item->valuedouble : missing;
}

static inline const char *reference_text(const cJSON *object, const char *name) {
    const char *text = cJSON_GetObjectItemCaseSensitive(object, name)->valuestring;
    assert_non_null(text);
    return text;
}

/* Numbers of an array; NULL for null. The caller frees them with memory_free. */
static inline double *reference_array(const cJSON *object, const char *name, size_t *n) {
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(object, name), *item = NULL;
    *n = 0;
    if (!cJSON_IsArray(array))
        return NULL;
    double *values = NEW(double, (size_t)cJSON_GetArraySize(array));
    cJSON_ArrayForEach(item, array) values[(*n)++] = item->valuedouble;
    return values;
}

/* (rows, n) into rows that are `row` floats apart; the padding is filled with pad. */
static inline float *reference_matrix(const cJSON *object, const char *name, size_t n, size_t row,
                                      float pad) {
    size_t count = 0;
    double *values = reference_array(object, name, &count);
    if (values == NULL)
        return NULL;
    assert_true(count > 0 && count % n == 0);
    float *matrix = NEW(float, count / n * row);
    for (size_t i = 0; i < count / n; i++)
        for (size_t j = 0; j < row; j++)
            matrix[i * row + j] = j < n ? (float)values[i * n + j] : pad;
    memory_free(values);
    return matrix;
}

/* |actual - expected| <= tolerance roundings of max(|expected|, scale). */
static inline void assert_near(const char *what, size_t index, float actual, double expected,
                               double tolerance, double scale) {
    const double unit = ROUNDING * fmax(fabs(expected), scale);
    if (!(fabs((double)actual - expected) <= tolerance * unit))
        fail_msg("%s [%zu]: %.9g, expected %.9g: %.1f roundings, allowed %g", what, index,
                 (double)actual, expected, fabs((double)actual - expected) / unit, tolerance);
}

#endif
