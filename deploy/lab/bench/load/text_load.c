// Asks a server of text (peers/text_speed.c): sends one byte, reads a line up to its end, splits it by comma.
//   text_load tcp PORT call N | text_load unix PATH call N | ... flight N K
// Prints one line of JSON as dbus_load does.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "times.h"

static int connect_to(const char *kind, const char *where) {
    int yes = 1;
    if (strcmp(kind, "tcp") == 0) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(where)),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        return connect(fd, (struct sockaddr *)&at, sizeof at) < 0 ? -1 : fd;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    strncpy(at.sun_path, where, sizeof at.sun_path - 1);
    return connect(fd, (struct sockaddr *)&at, sizeof at) < 0 ? -1 : fd;
}

// The speed of "speed,uncertainty,witnesses\n".
static double parse(char *line) {
    char *speed = strtok(line, ",");
    return speed == NULL ? -1 : atof(speed);
}

// Answers in what has come, up to `end`; what is no whole line yet is moved to the front. Exits if one has no speed.
static long take_lines(char *buffer, size_t *end) {
    long lines = 0;
    char *line = buffer, *newline;
    while ((newline = memchr(line, '\n', (size_t)(buffer + *end - line))) != NULL) {
        *newline = '\0';
        if (parse(line) < 0) exit(1);
        line = newline + 1;
        lines++;
    }
    *end -= (size_t)(line - buffer);
    memmove(buffer, line, *end);
    return lines;
}

int main(int argc, char **argv) {
    if (argc < 5) return fprintf(stderr, "usage: text_load tcp PORT|unix PATH call N|flight N K\n"), 2;
    int fd = connect_to(argv[1], argv[2]);
    if (fd < 0) return perror(argv[2]), 1;
    long count = atol(argv[4]), many = strcmp(argv[3], "flight") == 0 && argc > 5 ? atol(argv[5]) : 1;
    uint64_t *times = malloc((size_t)count * sizeof *times), began = now_ns();
    char buffer[4096], ask[256];
    memset(ask, '?', sizeof ask);
    size_t end = 0;
    long sent = 0, answered = 0;
    while (answered < count) {
        uint64_t asked = now_ns();
        long more = many - (sent - answered) < count - sent ? many - (sent - answered) : count - sent;
        if (more > 0 && write(fd, ask, (size_t)more) != more) return perror("write"), 1;
        sent += more;
        long lines;
        do {
            ssize_t got = read(fd, buffer + end, sizeof buffer - end);
            if (got <= 0) return fprintf(stderr, "text_load: the server has ended\n"), 1;
            end += (size_t)got;
        } while ((lines = take_lines(buffer, &end)) == 0);
        uint64_t took = now_ns() - asked;
        for (long i = 0; i < lines; i++) times[answered++] = took;
    }
    uint64_t all = now_ns() - began;
    if (many == 1)
        print_times(times, count, 0, all);
    else
        printf("{\"per_s\": %.1f}\n", (double)count * 1e9 / (double)all);
    return 0;
}
