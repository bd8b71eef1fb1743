// How long a CAN frame takes to become SpeedChanged at a subscriber, whoever owns org.cardash.Speed1 and reads Toyota's wheel
// speeds (message 0x0AA) from INTERFACE.
//   frame_load INTERFACE STEPS [FRAMES]
// Changes the speed by 1 km/h, between 20 and 119, sends FRAMES (10) frames of it 10 ms apart, so that no car would be quicker,
// and waits for the signal that says it. Prints one line of JSON; the time counts from the first frame, and lost are those that never came.
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "times.h"

#define NAME "org.cardash.Speed1"
#define OBJECT "/org/cardash/Speed1"
#define APART_NS 10000000u
#define PATIENCE_NS 500000000u

static int wanted, seen;
static uint64_t sent_at;

static int on_signal(sd_bus_message *signal, void *data, sd_bus_error *error) {
    (void)data, (void)error;
    int speed;
    if (sd_bus_message_read(signal, "i", &speed) >= 0 && speed == wanted) seen = 1;
    return 0;
}

static int open_can(const char *interface) {
    int fd = socket(PF_CAN, SOCK_RAW, CAN_RAW);
    struct sockaddr_can at = {.can_family = AF_CAN, .can_ifindex = (int)if_nametoindex(interface)};
    return fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0 ? -1 : fd;
}

static void send_wheels(int fd, int kmh, long n) {
    // Never two at once, however late this program is: no car changes its speed within a millisecond.
    while (now_ns() - sent_at < APART_NS) usleep(500);
    sent_at = now_ns();
    struct can_frame frame = {.can_id = 0x0AA, .can_dlc = 8};
    for (int i = 0; i < 8; i += 2) {
        // Each wheel has its own last digit, as sensors have it, and it moves.
        int raw = kmh * 100 + 6767 + (int)((n + i) % 5) - 2;
        frame.data[i] = (uint8_t)(raw >> 8), frame.data[i + 1] = (uint8_t)raw;
    }
    if (write(fd, &frame, sizeof frame) < 0) perror("write");
}

int main(int argc, char **argv) {
    if (argc < 3) return fprintf(stderr, "usage: frame_load INTERFACE STEPS [FRAMES]\n"), 2;
    long steps = atol(argv[2]), frames = argc > 3 ? atol(argv[3]) : 10, got = 0, lost = 0, n = 0;
    int fd = open_can(argv[1]);
    if (fd < 0) return perror(argv[1]), 1;
    sd_bus *bus = NULL;
    int error = sd_bus_open_user(&bus);
    if (error >= 0) error = sd_bus_match_signal(bus, NULL, NULL, OBJECT, NAME, "SpeedChanged", on_signal, NULL);
    if (error < 0) return fprintf(stderr, "frame_load: %s\n", strerror(-error)), 1;
    uint64_t *times = malloc((size_t)steps * sizeof *times), all = now_ns();
    for (int i = 0; i < 50; i++, usleep(APART_NS / 1000)) send_wheels(fd, 20, n++);
    for (long i = 1; i <= steps; i++) {
        wanted = 20 + (int)(i % 198 < 99 ? i % 198 : 198 - i % 198);
        seen = 0;
        while (now_ns() - sent_at < APART_NS) usleep(500);
        uint64_t began = now_ns(), took = 0;
        for (long sent = 0; (!seen || sent < frames) && now_ns() - began < PATIENCE_NS;) {
            if (sent < frames && now_ns() - began >= (uint64_t)sent * APART_NS) send_wheels(fd, wanted, n++), sent++;
            if (sd_bus_process(bus, NULL) == 0) {
                uint64_t next = began + (uint64_t)sent * APART_NS, now = now_ns();
                sd_bus_wait(bus, sent < frames ? (next > now ? (next - now) / 1000 + 1 : 0) : 100000);
            }
            if (seen && took == 0) took = now_ns() - began;
        }
        if (seen) times[got++] = took;
        else lost++;
    }
    print_times(times, got, lost, now_ns() - all);
    free(times);
    return 0;
}
