"""A listener as a Python programmer writes it: python-can reads, cantools decodes. Says how many frames it took when told to
end. Arguments: an interface and a DBC file."""

import signal
import sys

import can
import cantools

TAKEN = 0
signal.signal(signal.SIGTERM, lambda *_: (print(TAKEN, flush=True), sys.exit(0)))
WHEELS = cantools.database.load_file(sys.argv[2]).get_message_by_frame_id(0x0AA)
with can.Bus(interface="socketcan", channel=sys.argv[1], can_filters=[{"can_id": 0x0AA, "can_mask": 0x7FF}]) as bus:
    print("listening", flush=True)
    for message in bus:
        WHEELS.decode(message.data)
        TAKEN += 1
