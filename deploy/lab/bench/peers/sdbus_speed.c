// Peer: the least that one would write in C with sd-bus and a CAN socket. It owns org.cardash.Speed1, answers getSpeed, and
// sends SpeedChanged when the rounded mean of four wheels (Toyota's message 0x0AA) changes. It checks nothing, has no time
// limit and does not come back after a loss: what it costs is what the job costs at least.
//   sdbus_speed [INTERFACE]      without one, the speed is 87
#include <linux/can.h>
#include <linux/can/raw.h>
#include <math.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#define NAME "org.cardash.Speed1"
#define OBJECT "/org/cardash/Speed1"
#define WHEELS 0x0AA

static sd_bus *bus;
static int speed = 87;

static int get_speed(sd_bus_message *call, void *data, sd_bus_error *error) {
    (void)data, (void)error;
    return sd_bus_reply_method_return(call, "i", speed);
}

static const sd_bus_vtable members[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("getSpeed", "", "i", get_speed, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("SpeedChanged", "i", 0),
    SD_BUS_VTABLE_END,
};

static int on_frame(sd_event_source *source, int fd, uint32_t events, void *data) {
    (void)source, (void)events, (void)data;
    struct can_frame frame;
    if (read(fd, &frame, sizeof frame) != sizeof frame || frame.can_dlc != 8) return 0;
    double sum = 0;
    for (int i = 0; i < 8; i += 2) sum += (frame.data[i] << 8 | frame.data[i + 1]) * 0.01 - 67.67;
    int now = (int)lround(sum / 4);
    if (now == speed) return 0;
    speed = now;
    return sd_bus_emit_signal(bus, OBJECT, NAME, "SpeedChanged", "i", speed);
}

static int open_can(const char *interface) {
    int fd = socket(PF_CAN, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, CAN_RAW);
    struct sockaddr_can at = {.can_family = AF_CAN, .can_ifindex = (int)if_nametoindex(interface)};
    struct can_filter filter = {.can_id = WHEELS, .can_mask = CAN_SFF_MASK | CAN_EFF_FLAG | CAN_RTR_FLAG};
    if (fd < 0 || setsockopt(fd, SOL_CAN_RAW, CAN_RAW_FILTER, &filter, sizeof filter) < 0) return -1;
    return bind(fd, (struct sockaddr *)&at, sizeof at) < 0 ? -1 : fd;
}

int main(int argc, char **argv) {
    sd_event *loop = NULL;
    int error = sd_event_default(&loop);
    if (error >= 0) error = sd_bus_open_user(&bus);
    if (error >= 0) error = sd_bus_add_object_vtable(bus, NULL, OBJECT, NAME, members, NULL);
    if (argc > 1) {
        int fd = open_can(argv[1]);
        if (fd < 0) return perror(argv[1]), 1;
        sd_event_add_io(loop, NULL, fd, EPOLLIN, on_frame, NULL);
    }
    if (error >= 0) error = sd_bus_request_name(bus, NAME, 0);
    if (error >= 0) error = sd_bus_attach_event(bus, loop, SD_EVENT_PRIORITY_NORMAL);
    if (error < 0) return fprintf(stderr, "sdbus_speed: %s\n", strerror(-error)), 1;
    return sd_event_loop(loop) < 0;
}
