// Times of single actions, and what is printed of them: one line of JSON.
#ifndef TIMES_H
#define TIMES_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline int shorter(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

// `count` times, ns, are sorted; `all` is how long everything took, ns.
static inline void print_times(uint64_t *times, long count, long lost, uint64_t all) {
    qsort(times, (size_t)count, sizeof *times, shorter);
    printf("{\"count\": %ld, \"lost\": %ld, \"per_s\": %.1f", count, lost, (double)count * 1e9 / (double)all);
    if (count > 0)
        printf(", \"p50_us\": %.2f, \"p90_us\": %.2f, \"p99_us\": %.2f, \"p999_us\": %.2f, \"max_us\": %.2f",
               (double)times[count / 2] / 1e3, (double)times[count * 9 / 10] / 1e3, (double)times[count * 99 / 100] / 1e3,
               (double)times[count * 999 / 1000] / 1e3, (double)times[count - 1] / 1e3);
    printf("}\n");
}
#endif
