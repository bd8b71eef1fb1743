// Asks once for the speed, or with `watch` shows it for as long as it runs. C with sd-bus, no more.
//
// Packages: gcc pkgconf libsystemd-dev
// Build:
//     mkdir -p build
//     cc -std=c17 -O2 -Wall -Wextra -o build/speed speed.c $(pkg-config --cflags --libs libsystemd)
// Run:
//     build/speed
//     build/speed watch
//     build/speed watch system
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>

#define NAME "org.cardash.Speed1" // of the service and of the interface
#define PATH "/org/cardash/Speed1"
#define BUS "org.freedesktop.DBus" // the bus itself

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

// The unique name of who owns NAME now. On a system bus anyone may send anyone such signals, and sd-bus does
// not compare their sender with the well-known name in a match, so that is for the handlers to do.
static char owner[256];

static int is_from(sd_bus_message *m, const char *who) {
    const char *sender = sd_bus_message_get_sender(m);
    return sender && strcmp(sender, who) == 0;
}

static int on_changed(sd_bus_message *m, void *userdata, sd_bus_error *error) {
    (void)userdata, (void)error;
    int32_t kmh;
    if (is_from(m, owner) && sd_bus_message_read(m, "i", &kmh) >= 0)
        show_kmh(kmh);
    return 0;
}

static int on_lost(sd_bus_message *m, void *userdata, sd_bus_error *error) {
    (void)userdata, (void)error;
    const char *state;
    if (is_from(m, owner) && sd_bus_message_read(m, "s", &state) >= 0)
        show_loss(state);
    return 0;
}

static int on_answer(sd_bus_message *m, void *userdata, sd_bus_error *error) {
    (void)userdata, (void)error;
    int32_t kmh;
    const sd_bus_error *failure = sd_bus_message_get_error(m);
    if (failure) // an error need not have a sentence
        show(failure->message ? failure->message : failure->name);
    else if (sd_bus_message_read(m, "i", &kmh) >= 0)
        show_kmh(kmh);
    return 0;
}

static int ask_later(sd_bus *bus) {
    return sd_bus_call_method_async(bus, NULL, NAME, PATH, NAME, "getSpeed", on_answer, NULL, "");
}

static int on_owner(sd_bus_message *m, void *userdata, sd_bus_error *error) {
    (void)userdata, (void)error;
    const char *name, *before, *now;
    if (!is_from(m, BUS) || sd_bus_message_read(m, "sss", &name, &before, &now) < 0)
        return 0;
    snprintf(owner, sizeof owner, "%s", now);
    if (*now == '\0')
        show_loss("the speed service has gone");
    else
        ask_later(sd_bus_message_get_bus(m));
    return 0;
}

// Who owns the name already; on_owner tells the rest.
static void find_owner(sd_bus *bus) {
    sd_bus_message *reply = NULL;
    const char *now;
    if (sd_bus_call_method(bus, BUS, "/org/freedesktop/DBus", BUS, "GetNameOwner", NULL, &reply, "s", NAME) >= 0 &&
        sd_bus_message_read(reply, "s", &now) >= 0)
        snprintf(owner, sizeof owner, "%s", now);
    sd_bus_message_unref(reply);
}

static int watch(sd_bus *bus) {
    int r;
    // Listen first and ask then, or a change between the two is missed.
    if ((r = sd_bus_match_signal(bus, NULL, NAME, PATH, NAME, "SpeedChanged", on_changed, NULL)) < 0 ||
        (r = sd_bus_match_signal(bus, NULL, NAME, PATH, NAME, "SpeedLost", on_lost, NULL)) < 0 ||
        (r = sd_bus_add_match(bus, NULL,
                              "type='signal',sender='" BUS "',member='NameOwnerChanged',arg0='" NAME "'",
                              on_owner, NULL)) < 0)
        return r;
    find_owner(bus);
    if ((r = ask_later(bus)) < 0)
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
