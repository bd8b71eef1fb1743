// Ways that are a stream of bytes: pipe, FIFO, TCP, Unix socket. The value is a line of text, "speed,uncertainty,witnesses",
// and the taker splits it by comma. What is not taken waits in the stream, oldest first.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../load/times.h"
#include "ways.h"

#define PORT 17100

struct stream {
    char path[100];
    int listener, fd;
    char text[256];
    size_t end;
};

static int pipes[2][2];

static struct stream *stream(const char *folder, int channel) {
    struct stream *stream = must(calloc(1, sizeof *stream), "memory");
    snprintf(stream->path, sizeof stream->path, "%s/speed.%d", folder, channel);
    stream->listener = stream->fd = -1;
    return stream;
}

static void put_line(void *giver, int value) {
    struct stream *stream = giver;
    char line[32];
    int length = snprintf(line, sizeof line, "%d,1.5,4\n", value);
    // Full: this value is lost, as nobody reads.
    if (stream->fd >= 0 && write(stream->fd, line, (size_t)length) < 0 && errno != EAGAIN) {
        close(stream->fd);
        stream->fd = -1;
    }
}

static enum got get_line(void *taker, int wait_ms, int *value) {
    struct stream *stream = taker;
    for (;;) {
        char *newline = memchr(stream->text, '\n', stream->end);
        if (newline != NULL) {
            *newline = '\0';
            char *rest = stream->text, *speed = strsep(&rest, ",");
            *value = atoi(speed);
            stream->end -= (size_t)(newline + 1 - stream->text);
            memmove(stream->text, newline + 1, stream->end);
            return VALUE;
        }
        if (!ready(stream->fd, wait_ms)) return NOTHING;
        ssize_t got = read(stream->fd, stream->text + stream->end, sizeof stream->text - stream->end);
        if (got == 0 || (got < 0 && errno != EAGAIN)) return END;
        if (got > 0) stream->end += (size_t)got;
    }
}

static void make_pipe(int channel) {
    if (pipe(pipes[channel]) < 0) must(NULL, "pipe");
}

static void *offer_pipe(const char *folder, int channel) {
    struct stream *made = stream(folder, channel);
    close(pipes[channel][0]);
    made->fd = pipes[channel][1];
    fcntl(made->fd, F_SETFL, O_NONBLOCK);
    return made;
}

static void *take_pipe(const char *folder, int channel) {
    struct stream *made = stream(folder, channel);
    close(pipes[channel][1]);
    made->fd = pipes[channel][0];
    return made;
}

const struct way pipe_way = {"pipe", make_pipe, offer_pipe, put_line, NULL, take_pipe, get_line};

static void *offer_fifo(const char *folder, int channel) {
    struct stream *made = stream(folder, channel);
    return mkfifo(made->path, 0600) < 0 && errno != EEXIST ? NULL : made;
}

static void put_fifo(void *giver, int value) {
    struct stream *stream = giver;
    // Fails as long as nobody has it open for reading.
    if (stream->fd < 0) stream->fd = open(stream->path, O_WRONLY | O_NONBLOCK);
    put_line(giver, value);
}

static void *take_fifo(const char *folder, int channel) {
    struct stream *made = stream(folder, channel);
    made->fd = open(made->path, O_RDONLY | O_NONBLOCK);
    return made->fd < 0 ? NULL : made;
}

const struct way fifo_way = {"FIFO", NULL, offer_fifo, put_fifo, NULL, take_fifo, get_line};

// TCP and Unix sockets: the giver is a server of one client.
static void *listening(struct stream *stream, int fd, struct sockaddr *at, socklen_t size) {
    int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    stream->listener = fd;
    return bind(fd, at, size) < 0 || listen(fd, 1) < 0 ? NULL : stream;
}

static void accept_one(struct stream *stream, int wait_ms) {
    if (stream->fd >= 0 || !ready(stream->listener, wait_ms)) return;
    int yes = 1;
    stream->fd = accept4(stream->listener, NULL, NULL, SOCK_NONBLOCK);
    setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static void put_socket(void *giver, int value) {
    accept_one(giver, 0);
    put_line(giver, value);
}

static struct sockaddr_in port(int channel) {
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)(PORT + channel)),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static struct sockaddr_un path(const struct stream *stream) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    memcpy(at.sun_path, stream->path, strlen(stream->path) + 1);
    return at;
}

static void *offer_tcp(const char *folder, int channel) {
    struct sockaddr_in at = port(channel);
    return listening(stream(folder, channel), socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&at, sizeof at);
}

static void *offer_unix(const char *folder, int channel) {
    struct stream *made = stream(folder, channel);
    struct sockaddr_un at = path(made);
    return listening(made, socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&at, sizeof at);
}

static void *connected(struct stream *stream, int fd, struct sockaddr *at, socklen_t size) {
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    stream->fd = fd;
    if (connect(fd, at, size) == 0) return stream;
    close(fd);
    free(stream);
    return NULL;
}

static void *take_tcp(const char *folder, int channel) {
    struct sockaddr_in at = port(channel);
    return connected(stream(folder, channel), socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&at, sizeof at);
}

static void *take_unix(const char *folder, int channel) {
    struct stream *made = stream(folder, channel);
    struct sockaddr_un at = path(made);
    return connected(made, socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&at, sizeof at);
}

const struct way tcp_way = {"TCP", NULL, offer_tcp, put_socket, NULL, take_tcp, get_line};
const struct way unix_way = {"Unix socket", NULL, offer_unix, put_socket, NULL, take_unix, get_line};
