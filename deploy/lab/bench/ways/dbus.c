// D-Bus: a method that the taker calls, and a signal that comes to it. The bus knows who has the name, tells when it changes,
// and says so to who calls nobody.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "../load/times.h"
#include "ways.h"

#define OBJECT "/org/cardash/Bench"
#define INTERFACE "org.cardash.Bench"

struct end {
    sd_bus *bus;
    char name[40];
    int value, has_value, is_gone;
};

static int get_speed(sd_bus_message *call, void *data, sd_bus_error *error) {
    (void)error;
    return sd_bus_reply_method_return(call, "i", ((struct end *)data)->value);
}

static const sd_bus_vtable members[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("getSpeed", "", "i", get_speed, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_SIGNAL("SpeedChanged", "i", 0),
    SD_BUS_VTABLE_END,
};

static struct end *connection(int channel) {
    struct end *end = must(calloc(1, sizeof *end), "memory");
    snprintf(end->name, sizeof end->name, "org.cardash.Bench%d", channel);
    return sd_bus_open_user(&end->bus) < 0 ? must(NULL, "the bus") : end;
}

static void *offer(const char *folder, int channel) {
    (void)folder;
    struct end *end = connection(channel);
    sd_bus_add_object_vtable(end->bus, NULL, OBJECT, INTERFACE, members, end);
    return sd_bus_request_name(end->bus, end->name, 0) < 0 ? NULL : end;
}

// Does what there is to do, and waits so long for more.
static void serve(void *giver, int ms) {
    struct end *end = giver;
    uint64_t until = now_ns() + (uint64_t)ms * 1000000u;
    for (;;) {
        while (sd_bus_process(end->bus, NULL) > 0) {
        }
        uint64_t now = now_ns();
        if (now >= until) return;
        sd_bus_wait(end->bus, (until - now) / 1000 + 1);
    }
}

static void put_value(void *giver, int value) { ((struct end *)giver)->value = value; }

static void *take_method(const char *folder, int channel) {
    (void)folder;
    struct end *end = connection(channel);
    sd_bus_set_method_call_timeout(end->bus, 500000);
    return end;
}

static enum got call(void *taker, int wait_ms, int *value) {
    (void)wait_ms;
    struct end *end = taker;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *answer = NULL;
    if (sd_bus_call_method(end->bus, end->name, OBJECT, INTERFACE, "getSpeed", &error, &answer, "") < 0) {
        snprintf(said, sizeof said, "%s", error.name == NULL ? "" : strrchr(error.name, '.') + 1);
        sd_bus_error_free(&error);
        return GONE;
    }
    sd_bus_message_read(answer, "i", value);
    sd_bus_message_unref(answer);
    return VALUE;
}

const struct way method_way = {"D-Bus method", NULL, offer, put_value, serve, take_method, call};

static void put_signal(void *giver, int value) {
    struct end *end = giver;
    sd_bus_emit_signal(end->bus, OBJECT, INTERFACE, "SpeedChanged", "i", value);
}

static int on_changed(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    struct end *end = data;
    end->has_value = sd_bus_message_read(message, "i", &end->value) >= 0;
    return 0;
}

static int on_owner(sd_bus_message *message, void *data, sd_bus_error *error) {
    (void)error;
    const char *name, *old, *new;
    if (sd_bus_message_read(message, "sss", &name, &old, &new) >= 0 && *new == '\0') ((struct end *)data)->is_gone = 1;
    return 0;
}

static void *take_signal(const char *folder, int channel) {
    (void)folder;
    struct end *end = connection(channel);
    char rule[160];
    snprintf(rule, sizeof rule, "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='%s'", end->name);
    sd_bus_match_signal(end->bus, NULL, end->name, OBJECT, INTERFACE, "SpeedChanged", on_changed, end);
    return sd_bus_add_match(end->bus, NULL, rule, on_owner, end) < 0 ? NULL : end;
}

static enum got hear(void *taker, int wait_ms, int *value) {
    struct end *end = taker;
    uint64_t until = now_ns() + (uint64_t)wait_ms * 1000000u;
    for (;;) {
        int more = sd_bus_process(end->bus, NULL);
        if (end->has_value) {
            end->has_value = 0;
            *value = end->value;
            return VALUE;
        }
        if (end->is_gone) {
            snprintf(said, sizeof said, "NameOwnerChanged");
            return GONE;
        }
        uint64_t now = now_ns();
        if (more == 0 && now >= until) return NOTHING;
        if (more == 0) sd_bus_wait(end->bus, (until - now) / 1000 + 1);
    }
}

const struct way dbus_signal_way = {"D-Bus signal", NULL, offer, put_signal, serve, take_signal, hear};
