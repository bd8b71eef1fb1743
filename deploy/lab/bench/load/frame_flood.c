// A busy CAN bus: FOREIGN frames a second of 16 ids that nobody wants and OURS of Toyota's wheel speeds (0x0AA), for SECONDS,
// in bursts of a millisecond.
//   frame_flood INTERFACE SECONDS FOREIGN OURS
// Prints one line of JSON: how many of each it sent.
#include <errno.h>
#include <linux/can.h>
#include <linux/can/raw.h>
#include <math.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "times.h"

static int fd;

static void send_frame(const struct can_frame *frame) {
    while (write(fd, frame, sizeof *frame) < 0) {
        if (errno != ENOBUFS && errno != EAGAIN) {
            perror("write");
            exit(1);
        }
        usleep(100);
    }
}

static void send_ours(long n, double t) {
    struct can_frame frame = {.can_id = 0x0AA, .can_dlc = 8};
    for (int i = 0; i < 8; i += 2) {
        int raw = (int)((70 + 40 * sin(t / 9)) * 100) + 6767 + (int)((n + i) % 5) - 2;
        frame.data[i] = (uint8_t)(raw >> 8), frame.data[i + 1] = (uint8_t)raw;
    }
    send_frame(&frame);
}

int main(int argc, char **argv) {
    if (argc < 5) return fprintf(stderr, "usage: frame_flood INTERFACE SECONDS FOREIGN OURS\n"), 2;
    double seconds = atof(argv[2]), foreign = atof(argv[3]), ours = atof(argv[4]);
    struct sockaddr_can at = {.can_family = AF_CAN, .can_ifindex = (int)if_nametoindex(argv[1])};
    fd = socket(PF_CAN, SOCK_RAW, CAN_RAW);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0) return perror(argv[1]), 1;
    long foreign_sent = 0, ours_sent = 0;
    uint64_t began = now_ns();
    for (double t = 0; t < seconds; t = (double)(now_ns() - began) / 1e9) {
        for (; (double)foreign_sent < t * foreign; foreign_sent++) {
            struct can_frame frame = {.can_id = 0x200u + (canid_t)(foreign_sent % 16), .can_dlc = 8};
            send_frame(&frame);
        }
        for (; (double)ours_sent < t * ours; ours_sent++) send_ours(ours_sent, t);
        usleep(1000);
    }
    printf("{\"foreign\": %ld, \"ours\": %ld, \"seconds\": %.2f}\n", foreign_sent, ours_sent, (double)(now_ns() - began) / 1e9);
    return 0;
}
