/*
 * A USB CAN adapter with candleLight firmware, without the hardware: a USB gadget (FunctionFS on dummy_hcd) under the
 * kernel's own gs_usb driver. It has a clock of its own and stamps each frame with it, as the real one does.
 *
 *     gs-usb-adapter --name can0
 *
 * Needs root and the modules that `deploy/can-kernel --usb` loads, which builds it, too. Prints `interface NAME` when the
 * network interface exists; it still has to be set up as any other: `ip link set NAME up type can bitrate 500000
 * listen-only on`. Then `open` and `close` as the driver opens and closes the channel. What the host had not taken when
 * that was closed it gets when it is opened again: one frame, with its old stamp.
 *
 * Commands, one a line on standard input; its end pulls the adapter out, and the interface is gone:
 *
 *     drive KMH          the bus carries the wheel speeds of a car (vehicle honda) at about this speed, every 20 ms
 *     silence            the bus carries nothing
 *     send 123#11223344  one frame (of 11 bits)
 *     drift PPM          from now on the adapter's clock runs this much faster, or slower if negative
 *     late MS            from now on frames bear stamps this much older: so long they waited in the adapter
 *     ahead MS           the next frame alone bears a stamp from the future: a wrong one
 *     reset              the adapter's clock begins at 0 when the channel is next opened
 *
 * Late frames come at their usual pace: three minutes late need no three minutes of waiting.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usb/functionfs.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define GADGET "/sys/kernel/config/usb_gadget/cardash"
#define ENDPOINTS "/run/gs-usb-adapter"

/* The requests of the driver that matter here, and bits of what the channel can do: drivers/net/can/usb/gs_usb.c. */
enum { MODE = 2, BT_CONST = 4, DEVICE_CONFIG = 5, TIMESTAMP = 6 };
enum { LISTEN_ONLY = 1 << 0, HW_TIMESTAMP = 1 << 4 };
#define NOT_AN_ECHO 0xffffffff

#define WHEELS_ID 0x1d0
#define PERIOD_US 20000

/* Guards what the three threads share: commands, bus, driver. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_open, resets;
static double kmh = -1, late_us, ahead_us;
/* The adapter's clock showed `shown_us` when the machine's showed `since_us`. */
static double shown_us = 0x12345678, since_us, rate = 1;
static int control, bulk_in;

static void fail(const char *what)
{
	fprintf(stderr, "gs-usb-adapter: %s: %s (root? deploy/can-kernel --usb?)\n", what, strerror(errno));
	exit(1);
}

static double machine_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static double clock_us(void)
{
	return shown_us + (machine_us() - since_us) * rate;
}

static void set_clock(double us, double new_rate)
{
	shown_us = us;
	since_us = machine_us();
	rate = new_rate;
}

static void send_frame(uint32_t id, const uint8_t *data, uint8_t length)
{
	struct { uint32_t echo, id; uint8_t length, channel, flags, reserved, data[8]; uint32_t us; } frame = {
		htole32(NOT_AN_ECHO), htole32(id), length, 0, 0, 0, { 0 }, 0 };

	memcpy(frame.data, data, length);
	pthread_mutex_lock(&lock);
	bool opened = is_open;
	frame.us = htole32((uint32_t)(int64_t)(clock_us() - late_us + ahead_us));
	ahead_us = opened ? 0 : ahead_us;
	pthread_mutex_unlock(&lock);
	/* Waits until the host takes it, which is at once while the interface is up. Pulled out, it never does. */
	if (opened && write(bulk_in, &frame, sizeof frame) < 0 && errno != ESHUTDOWN)
		fail("a frame to the host");
}

/* can-reader/vehicles/honda.dbc: four wheels whose last digits live, as those of a moving car do. */
static void send_wheels(double speed)
{
	uint64_t data = 0;
	unsigned nibbles = (WHEELS_ID >> 8) + (WHEELS_ID >> 4 & 15) + (WHEELS_ID & 15);

	for (int wheel = 0; wheel < 4; wheel++)
		data = data << 15 | (uint64_t)(speed > 0 ? speed * 100 + random() % 7 : 0);
	data <<= 4;
	for (int shift = 0; shift < 64; shift += 4)
		nibbles += data >> shift & 15;
	data = htobe64(data | ((8 - nibbles) & 15));
	send_frame(WHEELS_ID, (uint8_t *)&data, 8);
}

static void *carry_bus(void *unused)
{
	double due_us = machine_us();

	for (;; (void)unused) {
		double now_us = machine_us();
		due_us = due_us + PERIOD_US > now_us ? due_us + PERIOD_US : now_us;
		usleep(due_us - now_us);
		pthread_mutex_lock(&lock);
		double speed = kmh;
		pthread_mutex_unlock(&lock);
		if (speed >= 0)
			send_wheels(speed);
	}
	return NULL;
}

static void answer(uint8_t request, uint16_t length)
{
	/* Limits of the bit timing at 48 MHz; one channel, versions. */
	uint32_t words[10] = { LISTEN_ONLY | HW_TIMESTAMP, 48000000, 1, 16, 1, 8, 4, 1, 1024, 1 };
	size_t known = sizeof words;

	if (request == DEVICE_CONFIG) {
		memcpy(words, (uint32_t[]){ 0, 2, 1 }, known = 12);
	} else if (request == TIMESTAMP) {
		words[0] = (uint32_t)(int64_t)clock_us();
		known = 4;
	} else if (request != BT_CONST) {
		fprintf(stderr, "gs-usb-adapter: the driver asks for %u, which is not known here\n", request);
		known = 0;
	}
	for (int n = 0; n < 10; n++)
		words[n] = htole32(words[n]);
	if (write(control, words, length < known ? length : known) < 0)
		perror("gs-usb-adapter: answer");
}

static void *serve_driver(void *unused)
{
	struct usb_functionfs_event event;
	uint32_t words[16];

	for (;;) {
		const struct usb_ctrlrequest *setup = &event.u.setup;
		ssize_t length = read(control, &event, sizeof event);
		/* EIDRM: the driver gave the request up. */
		if (length < 0 && errno != EIDRM && errno != EINTR)
			fail("events");
		if (length != sizeof event || event.type != FUNCTIONFS_SETUP)
			continue;
		pthread_mutex_lock(&lock);
		if (setup->bRequestType & USB_DIR_IN) {
			answer(setup->bRequest, le16toh(setup->wLength));
		} else if (read(control, words, sizeof words) >= 0 && setup->bRequest == MODE) {
			is_open = le32toh(words[0]) == 1;
			if (is_open && resets)
				set_clock(0, rate);
			resets = resets && !is_open;
			puts(is_open ? "open" : "close");
			fflush(stdout);
		}
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

static void do_command(const char *line)
{
	double value;
	uint32_t id;
	int digits = 0;
	uint8_t data[8], length = 0;

	if (sscanf(line, "send %3x#%n", &id, &digits) == 1 && digits > 0) {
		for (line += digits; length < 8 && sscanf(line, "%2hhx", &data[length]) == 1; line += 2)
			length++;
		send_frame(id, data, length);
		return;
	}
	pthread_mutex_lock(&lock);
	if (sscanf(line, "drive %lf", &value) == 1)
		kmh = value;
	else if (strcmp(line, "silence\n") == 0)
		kmh = -1;
	else if (sscanf(line, "drift %lf", &value) == 1)
		set_clock(clock_us(), 1 + value * 1e-6);
	else if (sscanf(line, "late %lf", &value) == 1)
		late_us = value * 1e3;
	else if (sscanf(line, "ahead %lf", &value) == 1)
		ahead_us = value * 1e3;
	else if (strcmp(line, "reset\n") == 0)
		resets = true;
	else
		fprintf(stderr, "gs-usb-adapter: unknown command (its source lists them): %s", line);
	pthread_mutex_unlock(&lock);
}

static void write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);
	if (file < 0 || write(file, text, strlen(text)) < 0)
		fail(path);
	close(file);
}

static void make_gadget(void)
{
	mount("configfs", "/sys/kernel/config", "configfs", 0, NULL);
	if (mkdir(GADGET, 0755) < 0 && errno != EEXIST)
		fail(GADGET);
	write_file(GADGET "/idVendor", "0x1d50");
	write_file(GADGET "/idProduct", "0x606f");
	mkdir(GADGET "/configs/c.1", 0755);
	mkdir(GADGET "/functions/ffs.gs", 0755);
	if (symlink(GADGET "/functions/ffs.gs", GADGET "/configs/c.1/ffs.gs") < 0 && errno != EEXIST)
		fail("symlink");
	mkdir(ENDPOINTS, 0755);
	umount(ENDPOINTS);
	if (mount("gs", ENDPOINTS, "functionfs", 0, NULL) < 0)
		fail(ENDPOINTS);
}

/* One interface with two bulk endpoints, 1 in and 2 out, for each speed of USB. */
struct channel {
	struct usb_interface_descriptor interface;
	struct usb_endpoint_descriptor_no_audio in, out;
} __attribute__((packed));

static struct channel channel(uint16_t packet)
{
	struct channel made = {
		{ sizeof made.interface, USB_DT_INTERFACE, 0, 0, 2, 0xff, 0xff, 0xff, 1 },
		{ sizeof made.in, USB_DT_ENDPOINT, 1 | USB_DIR_IN, USB_ENDPOINT_XFER_BULK, htole16(packet), 0 },
		{ sizeof made.out, USB_DT_ENDPOINT, 2 | USB_DIR_OUT, USB_ENDPOINT_XFER_BULK, htole16(packet), 0 } };
	return made;
}

static void open_endpoints(void)
{
	struct { struct usb_functionfs_descs_head_v2 head; uint32_t full_count, high_count; struct channel full, high; }
		__attribute__((packed)) descriptors = {
		{ htole32(FUNCTIONFS_DESCRIPTORS_MAGIC_V2), htole32(sizeof descriptors),
		  htole32(FUNCTIONFS_HAS_FS_DESC | FUNCTIONFS_HAS_HS_DESC) }, htole32(3), htole32(3), channel(64), channel(512) };
	struct { struct usb_functionfs_strings_head head; uint16_t language; char name[12]; }
		__attribute__((packed)) strings = {
		{ htole32(FUNCTIONFS_STRINGS_MAGIC), htole32(sizeof strings), htole32(1), htole32(1) },
		htole16(0x409), "candleLight" };

	control = open(ENDPOINTS "/ep0", O_RDWR);
	if (control < 0 || write(control, &descriptors, sizeof descriptors) < 0 ||
	    write(control, &strings, sizeof strings) < 0)
		fail(ENDPOINTS "/ep0");
	bulk_in = open(ENDPOINTS "/ep1", O_RDWR);
	if (bulk_in < 0)
		fail(ENDPOINTS "/ep1");
}

/* Names the interface that the driver has made. */
static bool name_interface(const char *name)
{
	char path[300], target[300], command[300];
	DIR *folder = opendir("/sys/class/net");
	bool found = false;

	for (struct dirent *entry; !found && (entry = readdir(folder)) != NULL;) {
		snprintf(path, sizeof path, "/sys/class/net/%s/device/driver", entry->d_name);
		ssize_t length = readlink(path, target, sizeof target - 1);
		target[length < 0 ? 0 : length] = 0;
		found = length > 0 && strcmp(basename(target), "gs_usb") == 0;
		snprintf(command, sizeof command, "ip link set %.15s name %.15s", entry->d_name, name);
		if (found && strcmp(entry->d_name, name) != 0 && system(command) != 0)
			exit(1);
	}
	closedir(folder);
	return found;
}

int main(int count, char **arguments)
{
	pthread_t thread;
	char line[100];

	if (count != 3 || strcmp(arguments[1], "--name") != 0) {
		fputs("Usage: gs-usb-adapter --name INTERFACE (commands on standard input: see its source)\n", stderr);
		return 2;
	}
	set_clock(shown_us, 1);
	make_gadget();
	open_endpoints();
	pthread_create(&thread, NULL, serve_driver, NULL);
	write_file(GADGET "/UDC", "dummy_udc.0");
	while (!name_interface(arguments[2]))
		usleep(20000);
	printf("interface %s\n", arguments[2]);
	fflush(stdout);
	pthread_create(&thread, NULL, carry_bus, NULL);
	while (fgets(line, sizeof line, stdin) != NULL)
		do_command(line);
	write_file(GADGET "/UDC", "\n");
	/* The threads wait in the kernel. */
	_exit(0);
}
