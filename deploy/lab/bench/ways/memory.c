// Ways that leave the value somewhere: a file, a mapped file, shared memory. Nobody is woken, so who waits has to look again
// and again, and nobody is told whether the giver lives.
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../load/times.h"
#include "ways.h"

struct place {
    char path[200], new_path[208];
    _Atomic int *memory;
    int last;
};

static void *place(const char *folder, int channel) {
    struct place *place = must(calloc(1, sizeof *place), "memory");
    snprintf(place->path, sizeof place->path, "%s/speed.%d", folder, channel);
    snprintf(place->new_path, sizeof place->new_path, "%s.new", place->path);
    place->last = -1;
    return place;
}

// Looks until the value is another one.
static enum got look(struct place *place, int (*now)(struct place *), int wait_ms, int *value) {
    uint64_t end = now_ns() + (uint64_t)wait_ms * 1000000u;
    for (;;) {
        int found = now(place);
        if (found >= 0 && (wait_ms == 0 || found != place->last)) {
            *value = place->last = found;
            return VALUE;
        }
        if (now_ns() >= end) return NOTHING;
        sched_yield();
    }
}

// A file: written beside, and put in its place whole; a reader never sees half of one.
static void put_file(void *giver, int value) {
    struct place *place = giver;
    FILE *file = fopen(place->new_path, "w");
    if (file == NULL) return;
    fprintf(file, "%d,1.5,4\n", value);
    fclose(file);
    rename(place->new_path, place->path);
}

static int file_now(struct place *place) {
    FILE *file = fopen(place->path, "r");
    int value = -1;
    if (file == NULL) return -1;
    if (fscanf(file, "%d,", &value) != 1) value = -1;
    fclose(file);
    return value;
}

static enum got get_file(void *taker, int wait_ms, int *value) { return look(taker, file_now, wait_ms, value); }

const struct way file_way = {"file", NULL, place, put_file, NULL, place, get_file};

// Memory of both: mapped from a file, or from shm_open. An int is written whole; more than one would need a lock.
static void *map(struct place *place, int fd) {
    if (fd < 0 || ftruncate(fd, sizeof(int)) < 0) return NULL;
    void *memory = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED) return NULL;
    place->memory = memory;
    return place;
}

static void *map_file(const char *folder, int channel) {
    struct place *where = place(folder, channel);
    return map(where, open(where->path, O_RDWR | O_CREAT, 0600));
}

static void *map_shared(const char *folder, int channel) {
    struct place *where = place(folder, channel);
    const char *last = strrchr(folder, '/');
    snprintf(where->path, sizeof where->path, "%s.%d", last, channel);
    return map(where, shm_open(where->path, O_RDWR | O_CREAT, 0600));
}

static void put_memory(void *giver, int value) { atomic_store(((struct place *)giver)->memory, value + 1); }

static int memory_now(struct place *place) { return atomic_load(place->memory) - 1; }

static enum got get_memory(void *taker, int wait_ms, int *value) { return look(taker, memory_now, wait_ms, value); }

const struct way mapped_way = {"memory-mapped file", NULL, map_file, put_memory, NULL, map_file, get_memory};
const struct way shared_way = {"shared memory", NULL, map_shared, put_memory, NULL, map_shared, get_memory};
