// The same job by each way:
//   ways FOLDER there-and-back WAY N   a value goes there and comes back by the same way, N times
//   ways FOLDER job WAY                a giver with 50 values a second; the taker starts late, does not look for a while, and
//                                      the giver is killed
//   ways FOLDER list                   the names of the ways
// FOLDER is empty, and of this run alone. Prints one line of JSON.
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../load/times.h"
#include "ways.h"

#define CYCLE_MS 20
#define LATE_MS 500
#define PATIENCE_MS 2000

static const struct way *const ways[] = {&file_way,  &signal_way, &tcp_way,  &udp_way,    &unix_way,   &queue_way,
                                         &pipe_way,  &fifo_way,   &shared_way, &mapped_way, &method_way, &dbus_signal_way};
#define WAYS (sizeof ways / sizeof *ways)

char said[128];

void *must(void *what, const char *name) {
    if (what == NULL) {
        perror(name);
        exit(1);
    }
    return what;
}

int ready(int fd, int wait_ms) {
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, wait_ms) > 0;
}

void sleep_ms(int ms) { usleep((useconds_t)ms * 1000); }

static void *take(const struct way *way, const char *folder, int channel) {
    void *taker = NULL;
    for (int tries = 0; taker == NULL && tries < PATIENCE_MS; tries++) {
        taker = way->take(folder, channel);
        if (taker == NULL) sleep_ms(1);
    }
    return must(taker, way->name);
}

// Gives back what comes, until nothing comes any more.
static void echo(const struct way *way, const char *folder) {
    void *back = must(way->offer(folder, 1), way->name), *there = take(way, folder, 0);
    int value;
    while (way->get(there, PATIENCE_MS, &value) == VALUE) way->put(back, value);
}

static int there_and_back(const struct way *way, const char *folder, long count) {
    uint64_t *times = must(calloc((size_t)count, sizeof *times), "memory"), all = 0;
    void *there = must(way->offer(folder, 0), way->name), *back = take(way, folder, 1);
    int value = 0;
    long got = 0, lost = 0;
    // Until both ends are there.
    for (int n = 0; n < PATIENCE_MS; n++) {
        way->put(there, n % 2);
        if (way->get(back, 1, &value) == VALUE) break;
    }
    sleep_ms(50);
    while (way->get(back, 10, &value) == VALUE) {
    }
    uint64_t began = now_ns();
    for (int n = 2; n < count + 2; n++) {
        uint64_t sent = now_ns();
        way->put(there, n);
        enum got what;
        while ((what = way->get(back, 200, &value)) == VALUE && value != n) {
        }
        if (what == VALUE) times[got++] = now_ns() - sent;
        else lost++;
    }
    all = now_ns() - began;
    print_times(times, got, lost, all);
    free(times);
    return 0;
}

// A method has its way back in itself.
static int call_and_answer(const struct way *way, const char *folder, long count) {
    uint64_t *times = must(calloc((size_t)count, sizeof *times), "memory");
    void *taker = take(way, folder, 0);
    int value;
    for (int n = 0; n < PATIENCE_MS && way->get(taker, 0, &value) != VALUE; n++) sleep_ms(1);
    uint64_t began = now_ns();
    for (long n = 0; n < count; n++) {
        uint64_t asked = now_ns();
        if (way->get(taker, 0, &value) != VALUE) return 1;
        times[n] = now_ns() - asked;
    }
    print_times(times, count, 0, now_ns() - began);
    free(times);
    return 0;
}

static int ms_since(uint64_t began) { return (int)((now_ns() - began) / 1000000u); }

// The value is the time at which it was given, ms since `began`, so that who has it knows how old it is.
static void give(const struct way *way, const char *folder, uint64_t began) {
    void *giver = must(way->offer(folder, 0), way->name);
    for (;;) {
        way->put(giver, ms_since(began));
        if (way->serve != NULL) way->serve(giver, CYCLE_MS);
        else sleep_ms(CYCLE_MS);
    }
}

static int age_of_next(const struct way *way, void *taker, uint64_t began) {
    int value;
    enum got got;
    uint64_t patience = now_ns() + PATIENCE_MS * 1000000ull;
    while ((got = way->get(taker, 0, &value)) == NOTHING && now_ns() < patience) sleep_ms(1);
    return got == VALUE ? ms_since(began) - value : -1;
}

// What the taker sees of a giver that was killed, and after how long.
static void print_end(const struct way *way, void *taker) {
    uint64_t killed = now_ns();
    enum got got = NOTHING;
    int value = -1;
    while (ms_since(killed) < LATE_MS) {
        got = way->get(taker, 0, &value);
        if (got == END || got == GONE) break;
        sleep_ms(1);
    }
    static const char *const words[] = {"the last number", "nothing more", "end of the stream", said};
    printf("\"sees\": \"%s\", \"after_ms\": %d}\n", words[got], got == END || got == GONE ? ms_since(killed) : -1);
}

static int job(const struct way *way, const char *folder) {
    uint64_t began = now_ns();
    pid_t giver = fork();
    if (giver == 0) give(way, folder, began);
    sleep_ms(LATE_MS);
    void *taker = take(way, folder, 0);
    printf("{\"late_ms\": %d, ", age_of_next(way, taker, began));
    // Up to date, and then not looking.
    int value;
    for (uint64_t since = now_ns(); ms_since(since) < 200;) {
        if (way->get(taker, 0, &value) != VALUE) sleep_ms(1);
    }
    sleep_ms(LATE_MS);
    printf("\"paused_ms\": %d, ", age_of_next(way, taker, began));
    kill(giver, SIGKILL);
    waitpid(giver, NULL, 0);
    print_end(way, taker);
    return 0;
}

static const struct way *find(const char *name) {
    for (size_t i = 0; i < WAYS; i++)
        if (strcmp(ways[i]->name, name) == 0) return ways[i];
    fprintf(stderr, "ways: there is no way %s\n", name);
    exit(2);
}

static int run(const struct way *way, const char *folder, long count) {
    for (int channel = 0; way->before != NULL && channel < 2; channel++) way->before(channel);
    if (count == 0) return job(way, folder);
    pid_t other = fork();
    int is_method = way == &method_way, status;
    if (other == 0) {
        if (is_method) give(way, folder, now_ns());
        echo(way, folder);
        exit(0);
    }
    status = is_method ? call_and_answer(way, folder, count) : there_and_back(way, folder, count);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    return status;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    if (argc == 3 && strcmp(argv[2], "list") == 0) {
        for (size_t i = 0; i < WAYS; i++) puts(ways[i]->name);
        return 0;
    }
    if (argc == 4 && strcmp(argv[2], "job") == 0) return run(find(argv[3]), argv[1], 0);
    if (argc == 5 && strcmp(argv[2], "there-and-back") == 0) return run(find(argv[3]), argv[1], atol(argv[4]));
    return fprintf(stderr, "usage: ways FOLDER list | job WAY | there-and-back WAY N\n"), 2;
}
