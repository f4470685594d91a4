/* zetaview_example.h: what would a ZetaView write for particles that we know? All values are
 * invented; medians come from bin centres, as the instrument's do. */
#ifndef SUPPORT_ZETAVIEW_EXAMPLE_H
#define SUPPORT_ZETAVIEW_EXAMPLE_H

#include "base/text.h"

#include <math.h>
#include <stdio.h>

enum {
    EXAMPLE_LINEAR = 1200,
    EXAMPLE_LOGARITHMIC = 200,
    EXAMPLE_WIDTH_NM = 5,
    EXAMPLE_PLACES = 11,
};

struct zetaview_example {
    bool empty;              /* nothing was tracked */
    bool median_at_edge;     /* as nobody has seen it */
    bool multiplied;         /* concentrations times dilution, as nobody has seen it */
    bool crlf;               /* line ends of Windows */
    const char *temperature; /* the line behind its key; NULL: 25 C, sensed */
    const char *viscosity;   /* NULL: of water at 25 C */
    const char *drift_checked;
    const char *software;
};

/* Particles of a bin: a hump at 100 nm. */
static inline int example_number(size_t bin)
{
    double size_nm = ((double)bin + 0.5) * EXAMPLE_WIDTH_NM;
    double distance = log(size_nm / 100) / 0.35;
    return (int)(60 * exp(-distance * distance / 2));
}

static inline int example_traces(void)
{
    int traces = 0;
    for (size_t i = 0; i < EXAMPLE_LINEAR; i++)
        traces += example_number(i);
    return traces;
}

/* Half of the weights lies below, the cumulative sum taken at the right edges. */
static inline double example_median_nm(int power)
{
    double sum = 0;
    double before = 0;
    for (size_t i = 0; i < EXAMPLE_LINEAR; i++)
        sum += example_number(i) * pow((double)i + 0.5, power);
    for (size_t i = 0; i < EXAMPLE_LINEAR; i++) {
        double weight = example_number(i) * pow((double)i + 0.5, power);
        if (weight > 0 && before + weight >= sum / 2)
            return EXAMPLE_WIDTH_NM * ((double)i + (sum / 2 - before) / weight);
        before += weight;
    }
    return 0;
}

/* "1.234E+3": exponents of two digits and of one. */
static inline void example_number_add(struct text *out, double number, const char *behind)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.3E", number);
    char *exponent = strchr(digits, 'E');
    if (exponent[2] == '0')
        memmove(exponent + 2, exponent + 3, 2);
    text_print(out, "%s%s", digits, behind);
}

static inline void example_row(struct text *out, double size_nm, double number, double per_cm3)
{
    const double pi = 3.14159265358979323846;
    example_number_add(out, size_nm, "\t");
    example_number_add(out, number, "\t");
    example_number_add(out, number * per_cm3, "\t");
    example_number_add(out, number * pi * pow(size_nm, 3) / 6, "\t");
    example_number_add(out, number * pi * size_nm * size_nm / 4, "\n");
}

static inline double example_particles(const struct zetaview_example *example)
{
    return example->empty ? 0 : 40.5;
}

static inline void example_table(struct text *out, const struct zetaview_example *example)
{
    double traces = example_traces();
    double per_cm3 = example_particles(example) / 2.33e-6 / traces;
    per_cm3 *= example->multiplied ? 500 : 1;
    for (size_t i = 0; i < EXAMPLE_LINEAR && !example->empty; i++)
        example_row(out, ((double)i + 0.5) * EXAMPLE_WIDTH_NM, example_number(i), per_cm3);
    text_add(out, "-1.000E+0\t-1.000E+0\t-1.000E+0\t-1.000E+0\t0.000E+0\n");
    size_t bin = 0;
    for (size_t i = 0; i < EXAMPLE_LOGARITHMIC && !example->empty; i++) {
        double size_nm = 4.683 * pow(10, (double)i / 64);
        double number = 0;
        for (; bin < EXAMPLE_LINEAR && ((double)bin + 0.5) * EXAMPLE_WIDTH_NM <= size_nm; bin++)
            number += example_number(bin);
        example_row(out, size_nm, number, per_cm3);
    }
}

static inline void example_head(struct text *out, const struct zetaview_example *example)
{
    const char *viscosity = example->viscosity ? example->viscosity : "0.890026";
    const char *temperature = example->temperature ? example->temperature : "25.000000\tsensed";
    const char *checked = example->drift_checked ? example->drift_checked : "2098-12-31 08:00:00";
    const char *software = example->software ? example->software : "ZetaView (version 8.06.01 SP1)";
    text_add(out, "Original File:\tX:\\example_size_488.avi\tSection:\t0.09999 [0]\n"
                  "Operator:\tNobody\nZetaView S/N:\t00-0001\n");
    text_print(out, "Software:\t%s\tAnalyze:\t8.06.01 SP1\n", software);
    text_add(out, "Sample:\tEXAMPLE 1:500\nElectrolyte:\tWATER\npH:\t7.000000\tentered\n"
                  "Conductivity: 60.000000\tsensed\nSetTemperature:\t25.000000\n");
    text_print(out, "Temperature:\t%s\nViscosity:\t%s\n", temperature, viscosity);
    text_print(out,
               "Date:\t2099-01-01\nTime:\t12:00:00\nRemarks:\tnote: none\nSample Info 3:\n"
               "Particle Drift Checked:\t%s\nParticle Drift Check Result:\tGood\n"
               "Cell Checked:\t2098-12-31 08:10:00\nCell Check Result:\tVery Good\n"
               "Type of Measurement:\tSize Distribution\nPositions:\t11\n",
               checked);
    text_print(out,
               "Number of Traces:\t%d\t(at 0.099990)\tAverage Number of Particles:\t%.6f\t"
               "Dilution::\t500.000000\nConcentration Correction Factor:\t1.000000\n",
               example->empty ? 0 : example_traces(), example_particles(example));
    text_add(out, "Image Evaluation:\nMinimum Brightness:\t30\nBrightness:\tNaN\n"
                  "Camera:\tFpSec 30 #Cycles 3 FRate 30.000000\n"
                  "Camera Trigger Delay \xB5s:\t0\nLaser Wavelength nm:\t488.000000\n"
                  "actual Microscope:\t-1000\t(Pos\t0.099993)\nMicrometer per Pixel:\t0.713000\n");
}

/* ISO-8859-1, as the instrument writes it. */
static inline struct text zetaview_example_size(struct arena *arena,
                                                const struct zetaview_example *example)
{
    struct text out = text_open(arena);
    double shift_nm = example->median_at_edge ? 0 : EXAMPLE_WIDTH_NM / 2.0;
    double number_nm = example->empty ? 0 : example_median_nm(0) - shift_nm;
    double volume_nm = example->empty ? 0 : example_median_nm(3) - shift_nm;
    example_head(&out, example);
    text_print(&out,
               "Results (Pos 0.099993):\nMedian Number (D50):\t%.6f\n"
               "Median Concentration (D50):\t%.6f\nMedian Volume (D50):\t%.6f\n",
               number_nm, number_nm, volume_nm);
    text_add(&out, "Size Distribution\nSize / nm\tNumber\tConcentration / cm-3\tVolume / nm^3\t"
                   "Area / nm^2\n");
    example_table(&out, example);
    if (!example->crlf)
        return out;
    struct text windows = text_open(arena);
    for (size_t i = 0; i < out.length; i++)
        text_add_bytes(&windows, out.bytes[i] == '\n' ? "\r\n" : &out.bytes[i],
                       out.bytes[i] == '\n' ? 2 : 1);
    return windows;
}

/* Eleven positions of which the fourth is removed, with the means of the others; traces and
 * numbers add up to those of the example of sizes. */
static inline struct text zetaview_example_places(struct arena *arena)
{
    static const double places[EXAMPLE_PLACES] = {0.1, 0.15, 0.2, 0.3,  0.4, 0.5,
                                                  0.6, 0.7,  0.8, 0.85, 0.9};
    struct text out = text_open(arena);
    int left = example_traces();
    double sum = 0;
    double squares = 0;
    text_add(&out, "Use\tPosition\tMean Int.\tAv. No of Particles\tConc. (p./mL)\t"
                   "Orig. Conc. (p./cm^3)\tNo. of Traces\tX50 (nm)\tPeak \xF8 (nm)\tSpan\t"
                   "Drift (\xB5m/s)\tRemoval\n");
    for (size_t i = 0; i < EXAMPLE_PLACES; i++) {
        bool used = i != 3;
        double particles = 40.5 + (used ? 2.0 * ((double)i - (i > 3)) - 9 : 30);
        int traces = i == EXAMPLE_PLACES - 1 ? left : 20;
        left -= used ? traces : 0;
        sum += used ? particles : 0;
        squares += used ? particles * particles : 0;
        text_print(&out, "%s\t%.2f\t20.0\t%.1f\t", used ? "X" : "", places[i], particles);
        char cell[16];
        snprintf(cell, sizeof cell, "%.1E", particles / 2.33e-6);
        text_print(&out, "%.3s%s%c\t", cell, "E+", cell[6]);
        snprintf(cell, sizeof cell, "%.1E", 500 * particles / 2.33e-6);
        text_print(&out, "%.3s%s%s\t", cell, "E+", cell[5] == '0' ? cell + 6 : cell + 5);
        text_print(&out, "%d\t100.0\t95.0\t1.2\t0.5\t%s\n", traces, used ? "" : "GRUBBS_NUMBER");
    }
    double count = EXAMPLE_PLACES - 1;
    double mean = sum / count;
    double sd = sqrt((squares - count * mean * mean) / (count - 1));
    text_print(&out, "\tMean\t20.0\t%.1f\t1.7E+7\t8.7E+9\t%.1f\t100.0\t95.0\t1.2\t0.5\t\n", mean,
               example_traces() / count);
    double last = example_traces() - 9 * 20.0;
    double traces_sd = (last - 20) * sqrt(1 / count);
    text_print(&out, "\tSt.Dev.\t0.0\t%.1f\t2.6E+6\t1.3E+9\t%.1f\t0.0\t0.0\t0.0\t0.0\t\n", sd,
               traces_sd);
    text_add(&out, "\tRel.St.Dev.\t0.0\t14.9\t1.5E+1\t1.5E+1\t90.0\t0.0\t0.0\t0.0\t0.0\t\n");
    return out;
}

/* A copy in which the first occurrence of a text is another; NULL where there is none. */
static inline char *zetaview_example_changed(struct arena *arena, const struct text *example,
                                             const char *from, const char *to)
{
    const char *found = strstr(example->bytes, from);
    return found ? arena_print(arena, "%.*s%s%s", (int)(found - example->bytes), example->bytes, to,
                               found + strlen(from))
                 : NULL;
}

#endif
