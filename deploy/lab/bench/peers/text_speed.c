// Peer: a server of text in the way of socket tutorials. To each byte it answers "speed,uncertainty,witnesses\n", by TCP on
// the loopback address or by a Unix socket, to one client after the other.
//   text_speed tcp PORT | text_speed unix PATH
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_at(const char *kind, const char *where) {
    int yes = 1;
    if (strcmp(kind, "tcp") == 0) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(where)),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        return bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 4) < 0 ? -1 : fd;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    strncpy(at.sun_path, where, sizeof at.sun_path - 1);
    unlink(where);
    return bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 4) < 0 ? -1 : fd;
}

static void serve(int client) {
    char asked[256], line[64], answers[sizeof asked * 16];
    double speed = 87.0, uncertainty = 1.5;
    int witnesses = 4;
    ssize_t count;
    while ((count = read(client, asked, sizeof asked)) > 0) {
        int length = snprintf(line, 16, "%.1f,%.1f,%d\n", speed, uncertainty, witnesses);
        size_t end = 0;
        for (ssize_t i = 0; i < count; i++, end += (size_t)length) memcpy(answers + end, line, (size_t)length);
        if (write(client, answers, end) != (ssize_t)end) return;
    }
}

int main(int argc, char **argv) {
    if (argc < 3) return fprintf(stderr, "usage: text_speed tcp PORT | unix PATH\n"), 2;
    int fd = listen_at(argv[1], argv[2]), yes = 1;
    if (fd < 0) return perror(argv[2]), 1;
    for (;;) {
        int client = accept(fd, NULL, NULL);
        if (client < 0) continue;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        serve(client);
        close(client);
    }
}
