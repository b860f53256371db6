# Uploads ten numbered images per second. Each pixel holds the number as three bytes.
# Start source.py and a receiver, in any order.
import argparse, random, socket, sys, time, uuid
from wire import CONNECTOR, Channel, Ended, clock_id, path_of

parser = argparse.ArgumentParser(description="Uploads numbered images.")
parser.add_argument("name", help="a path, or a name as for socketPath()")
parser.add_argument("--count", type=int, default=100, help="number of images")
parser.add_argument("--token", type=str.encode, help="a secret of at least 16 bytes, the same as the receiver's")
options = parser.parse_args()
hello = {"type": "hello", "id": str(uuid.uuid4()), "name": "numbers", "clock": clock_id()}
RATE, WIDTH, HEIGHT, MOST = 10, 320, 240, 64

class Source:
    """Captures and sends numbered images. An image is stored as (number, timestamp) and drawn when it is sent. Waiting images
    are kept for the next connection."""
    waiting, newest, captured, next_at = [], None, 0, 0

    def run(self, channel):
        """Sends images. Returns when the last image has been sent. Raises Ended when the connection ends."""
        video, through, sent, last, unconsumed = None, 0, 0, 0, []
        channel.send(hello)
        self.repeat()
        try:
            while self.captured < options.count or self.waiting or unconsumed:
                now, wait, keeps_all = time.monotonic(), float("inf"), bool(video) and video.get("delivery") == "all"
                if video is not None and self.captured < options.count:
                    if now >= self.next_at and len(self.waiting) + len(unconsumed) < MOST:
                        self.next_at, self.captured = now + 1 / RATE, self.captured + 1
                        self.newest = (self.captured, time.monotonic_ns() // 1000)
                        self.waiting = [*(self.waiting if keeps_all else []), self.newest]
                    wait = max(self.next_at - now, 0.01)
                if video is not None and self.waiting and sent < through:
                    due = 0 if keeps_all else last + 1 / (video.get("maxFps") or 1e9)
                    if now >= due:
                        image, sent, last = self.waiting.pop(0), sent + 1, now
                        if keeps_all:
                            unconsumed.append((sent, image))
                        self.send(channel, sent, image, video)
                    wait = min(wait, max(due - now, 0))
                header, _ = channel.receive(wait) or ({}, None)
                try:
                    if header.get("type") == "credit":
                        through, consumed = max(through, header["through"]), header.get("consumed") or 0
                        unconsumed = [(sequence, image) for sequence, image in unconsumed if sequence > consumed]
                    elif header.get("type") == "demand":
                        before, video = video, header["video"]
                        if video is None:
                            self.waiting.clear()
                        elif {**(before or {}), "maxFps": before is None} != {**video, "maxFps": False}:
                            self.repeat()
                            last = 0
                        if video is not None and video.get("delivery") != "all":
                            self.waiting, unconsumed = self.waiting[-1:], []
                    elif header.get("type") == "refresh":
                        self.repeat()
                        last = 0
                    elif header.get("type") == "failure":
                        print(f"source.py: the receiver reports: {header['message']} ({header['code']})", file=sys.stderr)
                except (KeyError, TypeError) as fault:
                    print(f"source.py: malformed {header.get('type')}: {fault!r}", file=sys.stderr)
            channel.close()
        finally:
            self.waiting = [image for _, image in unconsumed] + self.waiting

    def repeat(self):
        if self.newest and self.newest not in self.waiting:
            self.waiting.append(self.newest)

    def send(self, channel, sequence, image, video):
        scale = min(1, (video.get("maxWidth") or WIDTH) / WIDTH, (video.get("maxHeight") or HEIGHT) / HEIGHT)
        width, height = max(1, int(WIDTH * scale)), max(1, int(HEIGHT * scale))
        metadata = {"format": "RGB", "codedWidth": width, "codedHeight": height, "timestamp": image[1]}
        pixels = image[0].to_bytes(3, "big") * (width * height)
        channel.send({"type": "image", "sequence": sequence, "metadata": metadata}, pixels)

def connect(path):
    """Retries until a receiver listens and admits this uploader."""
    pause = 0.01
    while True:
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(path)
            return Channel(sock, CONNECTOR, options.token)
        except (FileNotFoundError, ConnectionError, BlockingIOError, Ended) as error:
            if getattr(error, "code", "lost") not in ("closed", "lost"):
                sys.exit(f"source.py: {error}")
        time.sleep(pause * random.uniform(0.5, 1))
        pause = min(2 * pause, 0.25)

source = Source()
while source.captured < options.count or source.waiting:
    channel = connect(path_of(options.name))
    try:
        source.run(channel)
    except Ended as end:
        if end.code.startswith("ERR_"):
            sys.exit(f"source.py: {end}")
        print(f"source.py: {end}, waiting for the next receiver", file=sys.stderr)
    except KeyboardInterrupt:
        sys.exit(channel.close())
