/* Elementary functions of one double, made of additions, multiplications, fused multiply-adds and
 * divisions in a fixed order, so that every machine gives the same bits (the C library's functions
 * differ between versions). For values that are needed a few times per step or per weight:
 * schedules, bias corrections, start values. The stated errors are relative. */
#ifndef NNTRAIN_COMPUTE_SCALAR_H
#define NNTRAIN_COMPUTE_SCALAR_H

/* e^x; error below 3e-16. 0 below -745.2, infinite above 709.8. */
double scalar_exp(double x);

/* Natural logarithm; error below 3e-16. -infinity for 0, NaN for x < 0. */
double scalar_log(double x);

/* x^y for x >= 0; error below 5e-15, whatever y: the logarithm is kept in two doubles. */
double scalar_power(double x, double y);

/* cos(pi x); error below 5e-16, exact at multiples of 1/2. */
double scalar_cos_pi(double x);

/* z with P(Z <= z) = p for a standard normal Z, 0 < p < 1; error below 2e-15.
 * Wichura 1988, "Algorithm AS 241: The percentage points of the normal distribution". */
double scalar_normal_quantile(double p);

#endif
