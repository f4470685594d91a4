/* vector.h: how is one loop compiled for several machines?
 *
 * VECTOR_BODY name_body(...) holds the loop; VECTOR_CHOICE(name, ...) makes a function of it that
 * takes AVX2 where the machine has it (without fused multiplication, which would round otherwise);
 * VECTOR_PLAIN leaves it out.
 * Nothing in a body may depend on how many values are worked out at once, so that every machine
 * gives the same bytes. */
#ifndef MEASURE_VECTOR_H
#define MEASURE_VECTOR_H

#define VECTOR_BODY static inline __attribute__((always_inline)) void

#if defined(__x86_64__) && !defined(VECTOR_PLAIN)
#define VECTOR_CHOICE(name, parameters, arguments)                                                 \
    __attribute__((target("avx2"))) static void name##_avx2 parameters                             \
    {                                                                                              \
        name##_body arguments;                                                                     \
    }                                                                                              \
    void name parameters                                                                           \
    {                                                                                              \
        if (__builtin_cpu_supports("avx2"))                                                        \
            name##_avx2 arguments;                                                                 \
        else                                                                                       \
            name##_body arguments;                                                                 \
    }
#else
#define VECTOR_CHOICE(name, parameters, arguments)                                                 \
    void name parameters                                                                           \
    {                                                                                              \
        name##_body arguments;                                                                     \
    }
#endif

#endif
