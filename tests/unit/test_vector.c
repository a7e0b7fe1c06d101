/* The operations on 16 lanes, of every level, against scalar definitions, bit by bit. */
#include <math.h>
#include <string.h>

#include "level_vector.h"
#include "levels.h"
#include "unit.h"

typedef float Definition(float a, float b, float c);

static float def_add(float a, float b, float c) { return (void)c, a + b; }
static float def_sub(float a, float b, float c) { return (void)c, a - b; }
static float def_mul(float a, float b, float c) { return (void)c, a * b; }
static float def_div(float a, float b, float c) { return (void)c, a / b; }
static float def_fma(float a, float b, float c) { return fmaf(a, b, c); }
static float def_fnma(float a, float b, float c) { return fmaf(-a, b, c); }
static float def_sqrt(float a, float b, float c) { return (void)b, (void)c, sqrtf(a); }
static float def_min(float a, float b, float c) { return (void)c, a < b ? a : b; }
static float def_max(float a, float b, float c) { return (void)c, a > b ? a : b; }
static float def_abs(float a, float b, float c) { return (void)b, (void)c, fabsf(a); }
static float def_neg(float a, float b, float c) { return (void)b, (void)c, -a; }
static float def_copy_sign(float a, float b, float c) { return (void)c, copysignf(a, b); }
static float def_round(float a, float b, float c) { return (void)b, (void)c, rintf(a); }
static float def_less(float a, float b, float c) { return (void)c, a < b; }
static float def_less_equal(float a, float b, float c) { return (void)c, a <= b; }
static float def_greater(float a, float b, float c) { return (void)c, a > b; }
static float def_greater_equal(float a, float b, float c) { return (void)c, a >= b; }
static float def_equal(float a, float b, float c) { return (void)c, a == b; }
static float def_and(float a, float b, float c) { return a < b && b < c; }
static float def_or(float a, float b, float c) { return a < b || b < c; }
static float def_not(float a, float b, float c) { return (void)c, !(a < b); }
static float def_select(float a, float b, float c) { return a < b ? b : c; }
static float def_flush(float a, float b, float c) {
    return (void)b, (void)c, fabsf(a) < 0x1p-100f ? 0.0f : a;
}

static const struct {
    const char *name;
    Definition *value;
} DEFINITIONS[] = {
    {"add", def_add},
    {"sub", def_sub},
    {"mul", def_mul},
    {"div", def_div},
    {"fma", def_fma},
    {"fnma", def_fnma},
    {"sqrt", def_sqrt},
    {"min", def_min},
    {"max", def_max},
    {"abs", def_abs},
    {"neg", def_neg},
    {"copy_sign", def_copy_sign},
    {"round", def_round},
    {"less", def_less},
    {"less_equal", def_less_equal},
    {"greater", def_greater},
    {"greater_equal", def_greater_equal},
    {"equal", def_equal},
    {"mask_and", def_and},
    {"mask_or", def_or},
    {"mask_not", def_not},
    {"select", def_select},
    {"flush", def_flush},
};

static const VectorOperations *operations_at(size_t level) {
    const VectorOperations *all[] = ALL_LEVELS(vector_operations);
    return all[level];
}

static VectorFunction *find(const VectorOperations *operations, const char *name) {
    for (const VectorOperation *o = operations->operation; o->name; o++)
        if (strcmp(o->name, name) == 0)
            return o->run;
    fail_msg("no operation %s", name);
    return NULL;
}

/* Special values, numbers of ordinary size, and any bits at all. */
static float mixed_value(uint32_t *state) {
    static const float special[] = {0.0f,
                                    -0.0f,
                                    1.0f,
                                    -1.0f,
                                    0.5f,
                                    -2.5f,
                                    INFINITY,
                                    NAN,
                                    0x1p-149f,
                                    -0x1p-126f,
                                    0x1.fffffep127f,
                                    -INFINITY,
                                    0x1p-100f,
                                    0x1.8p22f,
                                    8388609.0f,
                                    -0x1.fffffep-101f};
    const uint32_t kind = mixed(state) % 4, bits = mixed(state);
    return kind == 0   ? special[bits % 16]
           : kind == 1 ? of_bits(bits)
                       : 100.0f * mixed_number(state);
}

static void mixed_lanes(float *lanes, uint32_t *state) {
    for (size_t i = 0; i < LANES; i++)
        lanes[i] = mixed_value(state);
}

static void test_lanes_are_ieee(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    for (size_t d = 0; d < sizeof DEFINITIONS / sizeof *DEFINITIONS; d++) {
        uint32_t state = (uint32_t)d;
        for (int round = 0; round < 3000; round++) {
            float a[LANES], b[LANES], c[LANES], out[LANES];
            mixed_lanes(a, &state);
            mixed_lanes(b, &state);
            mixed_lanes(c, &state);
            for (size_t l = 0; l < levels.n; l++) {
                find(operations_at(l), DEFINITIONS[d].name)(out, a, b, c);
                for (size_t i = 0; i < LANES; i++)
                    if (!is_same(out[i], DEFINITIONS[d].value(a[i], b[i], c[i])))
                        fail_msg("%s: %s(%a, %a, %a) is not %a", levels.name[l],
                                 DEFINITIONS[d].name, (double)a[i], (double)b[i], (double)c[i],
                                 (double)out[i]);
            }
        }
    }
}

static void test_lanes_are_interleaved(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    float a[LANES], b[LANES], low[LANES], high[LANES];
    for (size_t i = 0; i < LANES; i++) {
        a[i] = (float)i;
        b[i] = 100.0f + (float)i;
    }
    for (size_t l = 0; l < levels.n; l++) {
        find(operations_at(l), "interleave_low")(low, a, b, a);
        find(operations_at(l), "interleave_high")(high, a, b, a);
        for (size_t i = 0; i < LANES; i++) {
            const float first = (float)(i / 2) + (i % 2 ? 100.0f : 0.0f);
            assert_true(low[i] == first);
            assert_true(high[i] == first + 8.0f);
        }
    }
}

static void test_lanes_are_joined_by_the_tree(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    uint32_t state = 1;
    for (int round = 0; round < 10000; round++) {
        float a[LANES], sum[LANES], largest[LANES], out[LANES];
        mixed_lanes(a, &state);
        memcpy(sum, a, sizeof a);
        memcpy(largest, a, sizeof a);
        for (size_t half = LANES / 2; half > 0; half /= 2) {
            for (size_t i = 0; i < half; i++) {
                sum[i] += sum[i + half];
                largest[i] = def_max(largest[i], largest[i + half], 0.0f);
            }
        }
        for (size_t l = 0; l < levels.n; l++) {
            find(operations_at(l), "sum")(out, a, a, a);
            assert_true(is_same(out[0], sum[0]));
            find(operations_at(l), "largest")(out, a, a, a);
            assert_true(is_same(out[0], largest[0]));
        }
    }
}

static void test_any_and_all_see_every_lane(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    for (size_t l = 0; l < levels.n; l++) {
        for (uint32_t lanes = 0; lanes < 1 << LANES; lanes++) {
            float a[LANES], b[LANES] = {0}, out[LANES];
            for (size_t i = 0; i < LANES; i++)
                a[i] = lanes >> i & 1 ? -1.0f : 1.0f;
            find(operations_at(l), "any")(out, a, b, b);
            assert_true(out[0] == (lanes != 0 ? 1.0f : 0.0f));
            find(operations_at(l), "all")(out, a, b, b);
            assert_true(out[0] == (lanes == 0xFFFF ? 1.0f : 0.0f));
        }
    }
}

static void test_exponents(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    uint32_t state = 2;
    for (int round = 0; round < 10000; round++) {
        float x[LANES], n[LANES], mantissa[LANES];
        for (size_t i = 0; i < LANES; i++)
            x[i] = ldexpf(1.0f + fabsf(mixed_number(&state)) / 2, (int)(mixed(&state) % 252) - 126);
        for (size_t l = 0; l < levels.n; l++) {
            const VectorOperations *operations = operations_at(l);
            find(operations, "exponent")(n, x, x, x);
            find(operations, "mantissa")(mantissa, x, x, x);
            for (size_t i = 0; i < LANES; i++) {
                assert_true(mantissa[i] >= 0x1.6a09e6p-1f && mantissa[i] < 0x1.6a09e8p0f);
                assert_true(ldexpf(mantissa[i], (int)n[i]) == x[i]);
            }
            const float y = x[0] < 0x1p-60f || x[0] > 0x1p60f ? 1.1f : x[0];
            const float by = (float)((int)(mixed(&state) % 507) - 252);
            assert_true(is_same(operations->scale2(y, by), ldexpf(y, (int)by)));
        }
    }
}

static void test_partial_loads_and_stores_stay_inside(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    float in[LANES], out[LANES + 1];
    for (size_t i = 0; i < LANES; i++)
        in[i] = (float)i + 1.0f;
    for (size_t l = 0; l < levels.n; l++) {
        for (size_t n = 0; n <= LANES; n++) {
            for (size_t i = 0; i <= LANES; i++)
                out[i] = -1.0f;
            /* The last n floats before the end of the array: reading on would be seen by ASan. */
            operations_at(l)->copy_n(out, in + LANES - n, n);
            for (size_t i = 0; i <= LANES; i++)
                assert_true(out[i] == (i < n ? in[LANES - n + i] : -1.0f));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lanes_are_ieee),
        cmocka_unit_test(test_lanes_are_interleaved),
        cmocka_unit_test(test_lanes_are_joined_by_the_tree),
        cmocka_unit_test(test_any_and_all_see_every_lane),
        cmocka_unit_test(test_exponents),
        cmocka_unit_test(test_partial_loads_and_stores_stay_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
