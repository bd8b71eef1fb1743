// Asks the owner of org.cardash.Speed1 on the session bus, so that every peer is measured by the same program.
//   dbus_load call N          N calls of getSpeed, one after the other
//   dbus_load flight N K      N calls, K of them on their way at any time
//   dbus_load ping N          N calls that the bus itself answers: what any call costs at least
//   dbus_load signals N       waits for N SpeedChanged
//   dbus_load first NS        calls until somebody answers, if with an error; NS is when that began, by CLOCK_MONOTONIC
// Prints one line of JSON. Exits 1 when a call fails.
#include <string.h>
#include <systemd/sd-bus.h>

#include "times.h"

#define NAME "org.cardash.Speed1"
#define OBJECT "/org/cardash/Speed1"

static long on_their_way, answered;

static int on_answer(sd_bus_message *answer, void *data, sd_bus_error *error) {
    (void)data, (void)error;
    if (sd_bus_message_is_method_error(answer, NULL)) {
        fprintf(stderr, "dbus_load: %s\n", sd_bus_message_get_error(answer)->message);
        exit(1);
    }
    on_their_way--, answered++;
    return 0;
}

static int on_signal(sd_bus_message *signal, void *data, sd_bus_error *error) {
    (void)signal, (void)error;
    ++*(long *)data;
    return 0;
}

static int failed(const char *what, int error) {
    fprintf(stderr, "dbus_load: %s: %s\n", what, strerror(-error));
    return 1;
}

static int flight(sd_bus *bus, long count, long many) {
    uint64_t began = now_ns();
    for (long sent = 0; answered < count;) {
        for (; on_their_way < many && sent < count; sent++, on_their_way++) {
            int error = sd_bus_call_method_async(bus, NULL, NAME, OBJECT, NAME, "getSpeed", on_answer, NULL, "");
            if (error < 0) return failed("getSpeed", error);
        }
        while (sd_bus_process(bus, NULL) > 0) {
        }
        if (answered < count && on_their_way > 0) sd_bus_wait(bus, 1000000);
    }
    printf("{\"per_s\": %.1f}\n", (double)count * 1e9 / (double)(now_ns() - began));
    return 0;
}

static int signals(sd_bus *bus, long count) {
    long heard = 0;
    int error = sd_bus_match_signal(bus, NULL, NULL, OBJECT, NAME, "SpeedChanged", on_signal, &heard);
    if (error < 0) return failed("a subscription", error);
    // Who waits for this line knows that the bus has the subscription.
    printf("{\"listening\": true}\n");
    fflush(stdout);
    uint64_t began = now_ns();
    while (heard < count) {
        if (sd_bus_process(bus, NULL) == 0) sd_bus_wait(bus, 1000000);
    }
    printf("{\"per_s\": %.1f}\n", (double)count * 1e9 / (double)(now_ns() - began));
    return 0;
}

static int first(sd_bus *bus, uint64_t began) {
    for (;;) {
        sd_bus_error error = SD_BUS_ERROR_NULL;
        int result = sd_bus_call_method(bus, NAME, OBJECT, NAME, "getSpeed", &error, NULL, "");
        if (result >= 0 || !sd_bus_error_has_name(&error, SD_BUS_ERROR_SERVICE_UNKNOWN)) break;
        sd_bus_error_free(&error);
        struct timespec pause = {.tv_nsec = 200000};
        nanosleep(&pause, NULL);
    }
    printf("{\"ms\": %.2f}\n", (double)(now_ns() - began) / 1e6);
    return 0;
}

static int calls(sd_bus *bus, long count, int ping) {
    const char *name = ping ? "org.freedesktop.DBus" : NAME, *object = ping ? "/org/freedesktop/DBus" : OBJECT,
               *interface = ping ? "org.freedesktop.DBus.Peer" : NAME, *method = ping ? "Ping" : "getSpeed";
    uint64_t *times = malloc((size_t)count * sizeof *times), began = now_ns();
    if (times == NULL) return 1;
    for (long i = 0; i < count; i++) {
        sd_bus_message *answer = NULL;
        uint64_t asked = now_ns();
        int error = sd_bus_call_method(bus, name, object, interface, method, NULL, &answer, "");
        times[i] = now_ns() - asked;
        if (error < 0) return failed(method, error);
        sd_bus_message_unref(answer);
    }
    print_times(times, count, 0, now_ns() - began);
    free(times);
    return 0;
}

int main(int argc, char **argv) {
    long count = argc > 2 ? atol(argv[2]) : 0, many = argc > 3 ? atol(argv[3]) : 64;
    if (count < 1) return fprintf(stderr, "usage: dbus_load call|ping|signals N | flight N K | first NS\n"), 2;
    sd_bus *bus = NULL;
    int error = sd_bus_open_user(&bus);
    if (error < 0) return failed("the session bus", error);
    if (strcmp(argv[1], "flight") == 0) return flight(bus, count, many);
    if (strcmp(argv[1], "signals") == 0) return signals(bus, count);
    if (strcmp(argv[1], "first") == 0) return first(bus, (uint64_t)count);
    return calls(bus, count, strcmp(argv[1], "ping") == 0);
}
