// Asks once for the speed, or with `watch` shows it for as long as it runs. C with sd-bus, no more.
//
// Packages: gcc pkgconf libsystemd-dev
// Build:
//     cc -std=c17 -O2 -Wall -Wextra -o speed speed.c $(pkg-config --cflags --libs libsystemd)
// Run:
//     ./speed
//     ./speed watch
//     ./speed watch system
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>

#define NAME "org.cardash.Speed1" // of the service and of the interface
#define PATH "/org/cardash/Speed1"

static void show(const char *text) {
    static char shown[512];
    if (strcmp(text, shown) == 0)
        return;
    puts(text);
    fflush(stdout);
    snprintf(shown, sizeof shown, "%s", text);
}

static void show_kmh(int32_t kmh) {
    char text[32];
    snprintf(text, sizeof text, "%d km/h", (int)kmh);
    show(text);
}

static void show_loss(const char *reason) {
    char text[512];
    snprintf(text, sizeof text, "no speed: %s", reason);
    show(text);
}

// The answer to getSpeed, and SpeedChanged too: both carry one int32.
static int on_speed(sd_bus_message *m, void *userdata, sd_bus_error *error) {
    (void)userdata, (void)error;
    int32_t kmh;
    if (sd_bus_message_is_method_error(m, NULL))
        show(sd_bus_message_get_error(m)->message);
    else if (sd_bus_message_read(m, "i", &kmh) >= 0)
        show_kmh(kmh);
    return 0;
}

static int on_lost(sd_bus_message *m, void *userdata, sd_bus_error *error) {
    (void)userdata, (void)error;
    const char *state;
    if (sd_bus_message_read(m, "s", &state) >= 0)
        show_loss(state);
    return 0;
}

static int ask_later(sd_bus *bus) {
    return sd_bus_call_method_async(bus, NULL, NAME, PATH, NAME, "getSpeed", on_speed, NULL, "");
}

static int on_owner(sd_bus_message *m, void *userdata, sd_bus_error *error) {
    (void)userdata, (void)error;
    const char *name, *before, *now;
    if (sd_bus_message_read(m, "sss", &name, &before, &now) < 0)
        return 0;
    if (*now == '\0')
        show_loss("the speed service has gone");
    else
        ask_later(sd_bus_message_get_bus(m));
    return 0;
}

static int watch(sd_bus *bus) {
    int r;
    // Listen first and ask then, or a change between the two is missed.
    if ((r = sd_bus_match_signal(bus, NULL, NAME, PATH, NAME, "SpeedChanged", on_speed, NULL)) < 0 ||
        (r = sd_bus_match_signal(bus, NULL, NAME, PATH, NAME, "SpeedLost", on_lost, NULL)) < 0 ||
        (r = sd_bus_add_match(bus, NULL,
                              "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" NAME "'",
                              on_owner, NULL)) < 0 ||
        (r = ask_later(bus)) < 0)
        return r;
    for (;;) {
        if ((r = sd_bus_process(bus, NULL)) == 0)
            r = sd_bus_wait(bus, UINT64_MAX);
        if (r < 0 && r != -EINTR)
            return r;
    }
}

static int ask(sd_bus *bus) {
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;
    int32_t kmh;
    int r = sd_bus_call_method(bus, NAME, PATH, NAME, "getSpeed", &error, &reply, "");
    if (r >= 0 && (r = sd_bus_message_read(reply, "i", &kmh)) >= 0)
        printf("%d km/h\n", (int)kmh);
    else
        printf("%s [%s]\n", error.message ? error.message : strerror(-r), error.name ? error.name : "");
    sd_bus_error_free(&error);
    sd_bus_message_unref(reply);
    return r < 0;
}

int main(int argc, char **argv) {
    int watching = 0, system = 0;
    for (int i = 1; i < argc; i++) {
        watching |= strcmp(argv[i], "watch") == 0;
        system |= strcmp(argv[i], "system") == 0;
    }
    sd_bus *bus = NULL;
    int r = system ? sd_bus_open_system(&bus) : sd_bus_open_user(&bus);
    if (r < 0) {
        fprintf(stderr, "cannot connect to the bus: %s\n", strerror(-r));
        return 2;
    }
    if (!watching)
        r = ask(bus);
    else if ((r = watch(bus)) < 0)
        fprintf(stderr, "the bus has gone: %s\n", strerror(-r));
    sd_bus_flush_close_unref(bus);
    return r != 0;
}
