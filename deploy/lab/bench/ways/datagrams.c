// Ways that are messages, each by itself: UDP, a message queue, a real-time signal with a number.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../load/times.h"
#include "ways.h"

#define PORT 17110

struct post {
    char path[100];
    int fd, channel;
    struct sockaddr_in to;
    mqd_t queue;
    pid_t reader;
};

static struct post *post(const char *folder, int channel) {
    struct post *post = must(calloc(1, sizeof *post), "memory");
    snprintf(post->path, sizeof post->path, "%s/speed.%d", folder, channel);
    post->channel = channel;
    post->to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)(PORT + channel)),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return post;
}

static void *offer_udp(const char *folder, int channel) {
    struct post *made = post(folder, channel);
    made->fd = socket(AF_INET, SOCK_DGRAM, 0);
    return made;
}

static void put_udp(void *giver, int value) {
    struct post *post = giver;
    char line[32];
    int length = snprintf(line, sizeof line, "%d,1.5,4", value);
    // Where nobody listens this fails the next time, and nobody cares.
    if (sendto(post->fd, line, (size_t)length, 0, (struct sockaddr *)&post->to, sizeof post->to) < 0) return;
}

static void *take_udp(const char *folder, int channel) {
    struct post *made = post(folder, channel);
    made->fd = socket(AF_INET, SOCK_DGRAM, 0);
    return bind(made->fd, (struct sockaddr *)&made->to, sizeof made->to) < 0 ? NULL : made;
}

static enum got get_udp(void *taker, int wait_ms, int *value) {
    struct post *post = taker;
    char line[64];
    if (!ready(post->fd, wait_ms)) return NOTHING;
    ssize_t got = read(post->fd, line, sizeof line - 1);
    if (got <= 0) return END;
    line[got] = '\0';
    *value = atoi(line);
    return VALUE;
}

const struct way udp_way = {"UDP", NULL, offer_udp, put_udp, NULL, take_udp, get_udp};

static mqd_t queue(const struct post *post) {
    struct mq_attr room = {.mq_maxmsg = 10, .mq_msgsize = sizeof(int)};
    // A queue has one name for the whole machine: that of the folder, which is of this run, makes it ours.
    char name[110];
    const char *file = strrchr(post->path, '/'), *folder = file;
    while (folder > post->path && folder[-1] != '/') folder--;
    snprintf(name, sizeof name, "/%.*s.%d", (int)(file - folder), folder, post->channel);
    return mq_open(name, O_RDWR | O_CREAT | O_NONBLOCK, 0600, &room);
}

static void *open_queue(const char *folder, int channel) {
    struct post *made = post(folder, channel);
    made->queue = queue(made);
    return made->queue == (mqd_t)-1 ? NULL : made;
}

static void put_queue(void *giver, int value) {
    // Full: this value, the newest, is lost.
    if (mq_send(((struct post *)giver)->queue, (char *)&value, sizeof value, 0) < 0) return;
}

static enum got get_queue(void *taker, int wait_ms, int *value) {
    struct post *post = taker;
    // On Linux a queue is a file, and can be waited for like one.
    if (!ready(post->queue, wait_ms)) return NOTHING;
    return mq_receive(post->queue, (char *)value, sizeof *value, NULL) == sizeof *value ? VALUE : NOTHING;
}

const struct way queue_way = {"message queue", NULL, open_queue, put_queue, NULL, open_queue, get_queue};

// A signal needs the number of the taker's process, which has to be left somewhere.
static void block(int channel) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + channel);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void *offer_signal(const char *folder, int channel) { return post(folder, channel); }

static void put_signal(void *giver, int value) {
    struct post *post = giver;
    if (post->reader == 0) {
        FILE *file = fopen(post->path, "r");
        if (file == NULL) return;
        if (fscanf(file, "%d", &post->reader) != 1) post->reader = 0;
        fclose(file);
    }
    if (post->reader != 0 && sigqueue(post->reader, SIGRTMIN + post->channel, (union sigval){.sival_int = value}) < 0) return;
}

static void *take_signal(const char *folder, int channel) {
    struct post *made = post(folder, channel);
    FILE *file = must(fopen(made->path, "w"), made->path);
    fprintf(file, "%d\n", getpid());
    fclose(file);
    return made;
}

static enum got get_signal(void *taker, int wait_ms, int *value) {
    struct post *post = taker;
    struct timespec time = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L};
    sigset_t set;
    siginfo_t info;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + post->channel);
    if (sigtimedwait(&set, &info, &time) < 0) return NOTHING;
    *value = info.si_value.sival_int;
    return VALUE;
}

const struct way signal_way = {"signal", block, offer_signal, put_signal, NULL, take_signal, get_signal};
