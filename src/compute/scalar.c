#include "compute/scalar.h"

#include <math.h>
#include <stddef.h>

/* log(2) = LOG2_HIGH + LOG2_LOW; high has 33 bits, so that an exponent times it is exact. */
#define LOG2_HIGH 0x1.62e42feep-1
#define LOG2_LOW  0x1.a39ef35793c76p-33
#define LOG2_E    0x1.71547652b82fep+0

/* A value as an unrounded sum; |low| is at most half a unit in the last place of high. */
typedef struct TwoDoubles {
    double high, low;
} TwoDoubles;

static double polynomial(double x, const double *c, size_t n) {
    double sum = c[n - 1];
    for (size_t k = n - 1; k-- > 0;)
        sum = fma(sum, x, c[k]);
    return sum;
}

/* a + b exactly; Knuth's TwoSum. */
static TwoDoubles add_exactly(double a, double b) {
    const double sum = a + b;
    const double b_part = sum - a;
    return (TwoDoubles){sum, (a - (sum - b_part)) + (b - b_part)};
}

/* e^(high + low) = 2^n e^r with |r| <= log(2) / 2, by the Taylor series of e^r to r^13. */
static double exp_of(TwoDoubles x) {
    static const double inverse_factorial[] = {1.0,
                                               1.0,
                                               1.0 / 2,
                                               1.0 / 6,
                                               1.0 / 24,
                                               1.0 / 120,
                                               1.0 / 720,
                                               1.0 / 5040,
                                               1.0 / 40320,
                                               1.0 / 362880,
                                               1.0 / 3628800,
                                               1.0 / 39916800,
                                               1.0 / 479001600,
                                               1.0 / 6227020800};
    if (isnan(x.high))
        return x.high;
    if (x.high > 710.0)
        return HUGE_VAL;
    if (x.high < -746.0)
        return 0.0;
    const double n = rint(x.high * LOG2_E);
    const double r = fma(-n, LOG2_HIGH, x.high) + fma(-n, LOG2_LOW, x.low);
    return ldexp(polynomial(r, inverse_factorial, 14), (int)n);
}

/* log(2^e m) = e log(2) + 2 artanh(s), s = (m - 1) / (m + 1), for positive finite x, by the series
 * of artanh to s^23. |s| <= 0.172 because sqrt(1/2) <= m <= sqrt(2). */
static TwoDoubles log_of(double x) {
    static const double odd_inverse[] = {1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11, 1.0 / 13,
                                         1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23};
    int exponent;
    double m = frexp(x, &exponent);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2.0;
        exponent--;
    }
    const double f = m - 1.0;
    const TwoDoubles divisor = add_exactly(m, 1.0);
    const double s = f / divisor.high;
    const double s_low = (fma(-s, divisor.high, f) - s * divisor.low) / divisor.high;
    const double square = s * s;
    const double rest = s * square * polynomial(square, odd_inverse, 11);
    const TwoDoubles sum = add_exactly(exponent * LOG2_HIGH, 2.0 * s);
    return add_exactly(sum.high, sum.low + (2.0 * (s_low + rest) + exponent * LOG2_LOW));
}

double scalar_exp(double x) { return exp_of((TwoDoubles){x, 0.0}); }

double scalar_log(double x) {
    if (isnan(x) || x < 0.0)
        return (double)NAN;
    if (x == 0.0)
        return -HUGE_VAL;
    return isinf(x) ? x : log_of(x).high;
}

double scalar_power(double x, double y) {
    if (y == 0.0 || x == 1.0)
        return 1.0;
    if (isnan(y) || isnan(x) || x < 0.0)
        return (double)NAN;
    if (x == 0.0 || isinf(x))
        return (x == 0.0) == (y > 0.0) ? 0.0 : HUGE_VAL;
    const TwoDoubles log_x = log_of(x);
    const double high = y * log_x.high;
    if (!(fabs(high) < 1000.0))
        return high > 0.0 ? HUGE_VAL : 0.0;
    return exp_of((TwoDoubles){high, fma(y, log_x.high, -high) + y * log_x.low});
}

/* sin(z) and cos(z) by their Taylor series for 0 <= z <= pi/4. */
static double sin_of(double z) {
    static const double c[] = {1.0,
                               -1.0 / 6,
                               1.0 / 120,
                               -1.0 / 5040,
                               1.0 / 362880,
                               -1.0 / 39916800,
                               1.0 / 6227020800,
                               -1.0 / 1307674368000.0,
                               1.0 / 355687428096000.0};
    return z * polynomial(z * z, c, 9);
}

static double cos_of(double z) {
    static const double c[] = {1.0,
                               -1.0 / 2,
                               1.0 / 24,
                               -1.0 / 720,
                               1.0 / 40320,
                               -1.0 / 3628800,
                               1.0 / 479001600,
                               -1.0 / 87178291200.0,
                               1.0 / 20922789888000.0};
    return polynomial(z * z, c, 9);
}

/* pi x, rounded once. */
static double times_pi(double x) { return fma(x, 0x1.921fb54442d18p+1, x * 0x1.1a62633145c07p-53); }

double scalar_cos_pi(double x) {
    if (!isfinite(x))
        return (double)NAN;
    const double turn = fabs(x - 2.0 * rint(x / 2.0)); /* exact; cos has period 2 and is even */
    const double r = turn > 0.5 ? 1.0 - turn : turn;
    const double value = r <= 0.25 ? cos_of(times_pi(r)) : sin_of(times_pi(0.5 - r));
    return turn > 0.5 ? -value : value;
}

/* The rational functions of AS 241 (routine PPND16): numerator and denominator, rising powers. */
typedef struct Rational {
    double numerator[8], denominator[8];
} Rational;

static double rational(double x, const Rational *r) {
    return polynomial(x, r->numerator, 8) / polynomial(x, r->denominator, 8);
}

static const Rational quantile_middle = {
    {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
     1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
     3.3430575583588128105e+4, 2.5090809287301226727e+3},
    {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
     2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
     5.2264952788528545610e+3}};

static const Rational quantile_outer = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9}};

static const Rational quantile_far = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15}};

double scalar_normal_quantile(double p) {
    const double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return q * rational(0.180625 - q * q, &quantile_middle);
    const double r = sqrt(-scalar_log(q < 0.0 ? p : 1.0 - p));
    const double z =
        r <= 5.0 ? rational(r - 1.6, &quantile_outer) : rational(r - 5.0, &quantile_far);
    return q < 0.0 ? -z : z;
}
