// One number from process to process, each way that tutorials list. A way has a giver, which has a new value 50 times a
// second, and a taker, which wants the newest.
#ifndef WAYS_H
#define WAYS_H

enum got {
    VALUE,    // a value
    NOTHING,  // none within the time
    END,      // the way itself says that the giver is gone
    GONE,     // and tells by name, which stands in `said`
};

struct way {
    const char *name;
    // Before giver and taker part: for what only relatives can share. May be NULL, as may `serve`.
    void (*before)(int channel);
    // The giver's end. `folder` is a place for what has a name.
    void *(*offer)(const char *folder, int channel);
    void (*put)(void *giver, int value);
    // Waits so long, and answers whoever asks meanwhile.
    void (*serve)(void *giver, int ms);
    // The taker's end; NULL while there is none.
    void *(*take)(const char *folder, int channel);
    // With `wait_ms` 0 what there is now; else waits so long for something new.
    enum got (*get)(void *taker, int wait_ms, int *value);
};

// What the way calls the giver's end.
extern char said[128];

extern const struct way file_way, mapped_way, shared_way;
extern const struct way pipe_way, fifo_way, tcp_way, unix_way;
extern const struct way udp_way, queue_way, signal_way;
extern const struct way method_way, dbus_signal_way;

void *must(void *what, const char *name);
int ready(int fd, int wait_ms);
void sleep_ms(int ms);
#endif
