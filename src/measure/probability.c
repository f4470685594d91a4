/* probability.c: distributions of the common tests, by their integrals, inverted by bisection. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/probability.h"

#include <math.h>

enum { BISECTIONS = 200, TERMS = 20000 };

/* ln of the gamma function, without the sign that lgamma keeps where all threads write. */
static double log_gamma(double x)
{
    int sign = 0;
    return lgamma_r(x, &sign);
}

double probability_normal(double z)
{
    return 0.5 * erfc(-z / sqrt(2));
}

double probability_normal_quantile(double probability)
{
    double low = -40, high = 40;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = 0.5 * (low + high);
        if (probability_normal(middle) < probability)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

/* Continued fraction of Q(a, x) for x > a + 1, evaluated by Lentz's method. */
static double gamma_fraction(double shape, double x)
{
    double b = x + 1 - shape;
    double c = 1e300;
    double d = 1 / b;
    double fraction = d;
    for (int i = 1; i < TERMS; i++) {
        double a = -i * (i - shape);
        b += 2;
        d = 1 / (a * d + b);
        c = b + a / c;
        fraction *= c * d;
        if (fabs(c * d - 1) < 1e-15)
            break;
    }
    return fraction;
}

/* P(a, x), the regularised lower incomplete gamma function (Abramowitz and Stegun 6.5). */
static double gamma_below(double shape, double x)
{
    if (!(x > 0))
        return 0;
    double front = exp(shape * log(x) - x - log_gamma(shape));
    if (x > shape + 1)
        return 1 - front * gamma_fraction(shape, x);
    double term = 1 / shape;
    double sum = term;
    for (int i = 1; i < TERMS && term > sum * 1e-16; i++) {
        term *= x / (shape + i);
        sum += term;
    }
    return sum * front;
}

double probability_gamma_quantile(double shape, double probability)
{
    enum { WILSON_HILFERTY_FROM = 100000 };
    if (!(shape > 0))
        return 0;
    if (shape > WILSON_HILFERTY_FROM) {
        double z = probability_normal_quantile(probability);
        double root = 1 - 1 / (9 * shape) + z / (3 * sqrt(shape));
        return shape * root * root * root;
    }
    double low = 0, high = shape + 20 * sqrt(shape) + 50;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = 0.5 * (low + high);
        if (gamma_below(shape, middle) < probability)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

/* Continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz's
 * method. */
static double beta_fraction(double a, double b, double x)
{
    double c = 1;
    double d = 1 / (1 - (a + b) * x / (a + 1));
    double fraction = d;
    for (int m = 1; m < TERMS; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        fraction *= c * d;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        fraction *= c * d;
        if (fabs(c * d - 1) < 1e-15)
            break;
    }
    return fraction;
}

static double beta_below(double a, double b, double x)
{
    if (!(x > 0))
        return 0;
    if (x >= 1)
        return 1;
    double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

static double beta_quantile(double a, double b, double probability)
{
    double low = 0, high = 1;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = 0.5 * (low + high);
        if (beta_below(a, b, middle) < probability)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

double probability_t_quantile(double degrees, double probability)
{
    if (probability < 0.5)
        return -probability_t_quantile(degrees, 1 - probability);
    enum { NORMAL_FROM = 1000000 };
    if (degrees > NORMAL_FROM)
        return probability_normal_quantile(probability);
    /* degrees/(degrees + t2) is a beta variate; its lower tail holds both ends of t. */
    double x = beta_quantile(0.5 * degrees, 0.5, 2 * (1 - probability));
    return sqrt(degrees * (1 - x) / x);
}

double probability_f_quantile(double above, double below, double probability)
{
    double x = beta_quantile(0.5 * above, 0.5 * below, probability);
    return below * x / (above * (1 - x));
}
